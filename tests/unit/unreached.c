/* Each mechanism off: the race is, bit for bit, that of a build in which its code is not reached. The proof: every
   other parameter of the mechanism is set to something far off, all of them at once, and the digest of the whole state
   stays what it was. A parameter that has no effect when the mechanism is on would prove nothing, so each is tried
   alone there and has to change the race. */
#include "support/races.h"

#include <criterion/criterion.h>

enum { FIRMS = 300, MONTHS = 24 };

/* Assignments are separated by spaces. `with` sets the stage on which the mechanism shows; `quiet` are parameters that
   show too rarely to be tried alone in a race of this size. */
struct mechanism {
    const char *off, *parameters, *with, *quiet;
};

static const struct mechanism mechanisms[] = {
    /* markets */
    {"capital.enabled=off",
     "capital.pool=1 capital.pool_growth=.5 capital.priority_exponent=9 capital.meeting_hazard=9 "
     "capital.momentum_response=90 capital.target_runway=99 capital.trigger=9 capital.dilution_cap=9 "
     "capital.ambition=.9 capital.request_cap=mean",
     "capital.pool=100", ""},
    {"capital.claims=off",
     "capital.claim_hazard=5 capital.claim_step=.1 capital.claim_months=3 capital.claim_gain=9 capital.claim_loss=1 "
     "capital.claim_memory=900",
     "capital.claim_months=4 capital.claim_hazard=.2", ""},
    {"capital.leader_premium=none", "capital.leader_premium_top=900 capital.leader_premium_ranks=90",
     "capital.leader_premium=rank", ""},
    {"capital.value_weight=0", "capital.value_cap=.01", "", ""},
    {"value.enabled=off",
     "value.horizon=2 value.pace_smoothing=1 value.pace_floor=5 value.discount_rate=3 capital.value_weight=50 "
     "capital.value_cap=.1",
     "", ""},
    {"talent.enabled=off",
     "talent.vacancies=unlimited talent.hiring_cap=mean talent.prestige_scale=1e6 talent.raid_response=50 "
     "talent.premium_rise=9 talent.premium_decay=.9 talent.premium_runway=1 talent.know_how_transfer=1 "
     "talent.*.graduates=.9 talent.*.retirement=.9 talent.*.search=.9 talent.*.hiring_share=.01 "
     "talent.*.separation=5 talent.*.separation_elasticity=9 talent.*.prestige_exponent=9 "
     "talent.*.premium_attraction=19 talent.*.compute_attraction=9 talent.*.capability_attraction=9 "
     "talent.*.outside_weight=900 plan.growth_cap=9 plan.growth_cap_speed=9 plan.hiring_months=99 "
     "plan.hiring_runway=99 plan.layoff_runway=99 plan.layoff_share=1 organisation.quits_burnout=9 "
     "organisation.quits_dilution=9",
     "acquisitions.enabled=off", ""},
    {"compute.enabled=off",
     "compute.clearing=auction compute.priority_exponent=9 compute.priority_offset=1 compute.lead_time=99 "
     "compute.lead_time_speed=.01 compute.expedite_premium=9 compute.inventory_release=.01 "
     "compute.inventory_months=1 compute.price_adjustment=5 compute.supply_response=5 compute.own_silicon=off "
     "compute.own_cost=.1 compute.own_threshold=0 regulation.gpu_cap=10",
     "value.enabled=off", "compute.inventory_"},
    {"customers.enabled=off",
     "customers.*.network_exponent=3 customers.*.network_scale=1 customers.*.quality_response=20 "
     "customers.*.application_response=9 customers.*.reach_response=9 customers.*.outside_utility=50 "
     "customers.*.review_rate=5 customers.*.lock_in=40 customers.*.lock_in_time=900 "
     "customers.*.adoption_innovation=5 customers.*.adoption_imitation=5 customers.congestion_review=90 "
     "customers.portability=1 customers.outside_option=off customers.pricing=demand customers.harvest=9 "
     "customers.price_adjustment=1 customers.appeal_volatility=9",
     "value.enabled=off", ""},
    /* compute: chips, rent, alliances, jurisdictions */
    {"compute.own_silicon=off",
     "compute.own_cost=.1 compute.own_threshold=0 compute.own_foundry_share=1 compute.own_utilisation=5 "
     "compute.own_learning=0 compute.own_scale=1",
     "", ""},
    {"compute.rent=off", "compute.rent_markup=7 compute.rent_offer=1 compute.rent_cash=1 compute.rent_receipts=0", "",
     "compute.rent_offer"},
    {"compute.alliances=off",
     "compute.alliance_forming=5 compute.alliance_ending=5 compute.alliance_claim=1 compute.alliance_receipts=1 "
     "compute.alliance_reach=9 compute.alliance_quality_gap=0 compute.alliance_notice=900 compute.alliance_size=1e-4 "
     "compute.alliance_shortage=0 compute.alliance_researchers=1e8 compute.alliance_capability=0",
     "compute.alliance_forming=.3 compute.alliance_ending=.05", ""},
    {"compute.enabled=off", "compute.inventory_release=.01 compute.inventory_months=1",
     "value.enabled=off compute.supply=1e7", ""},
    {"compute.own_learning=0", "compute.own_scale=1", "", ""},
    {"compute.priority_exponent=0", "compute.priority_offset=1", "compute.supply=1000", ""},
    /* technology */
    {"technology.training=off",
     "technology.run_share=.9 technology.scale_up=900 technology.release_interval=99 technology.utilisation=1 "
     "technology.utilisation_software=1 technology.software_half=900 technology.researchers_half=9000 "
     "technology.flywheel=5 technology.run_size_exponent=.01 technology.jump_gpus=9 technology.algorithmic_growth=.5 "
     "organisation.release_debt=9 regulation.run_cap=1e20 compute.own_utilisation=9",
     "value.enabled=off technology.critical_cluster=500", ""},
    {"technology.serving=off",
     "customers.*.serving_load=900 technology.load_growth=.5 technology.optimisation_effect=90 "
     "technology.congestion_quality=90 customers.congestion_review=90",
     "value.enabled=off customers.pricing=fixed compute.rent=off", ""},
    {"technology.decay=0", "technology.decay_growth=.5 technology.absorption_half=900 technology.absorption_open=1",
     "value.enabled=off", ""},
    {"technology.obsolescence=0", "technology.obsolescence_size=19 technology.obsolescence_staff=1e6", "", ""},
    {"technology.research_rate=0", "technology.capability_depreciation=.5", "technology.research_rate=.05", ""},
    /* organisation */
    {"organisation.enabled=off",
     "organisation.dilution_rate=50 organisation.sustainable_growth=0 organisation.dilution_recovery=1 "
     "organisation.dilution_staff=1 organisation.burnout_rate=50 organisation.cadence_reference=99 "
     "organisation.burnout_contagion=900 organisation.burnout_recovery=1 organisation.debt_rate=50 "
     "organisation.debt_repair=1 organisation.debt_repair_optimisation=1 organisation.coordination_cost=9 "
     "organisation.coordination_staff=1 organisation.coordination_gpus=9 organisation.infighting_hazard=9 "
     "organisation.infighting_leave=1 organisation.infighting_progress=1 organisation.infighting_relief=1 "
     "organisation.spin_out=1 organisation.spin_out_group=1 organisation.quality_debt=50 "
     "organisation.quality_dilution=50 organisation.release_debt=50 organisation.quits_burnout=50 "
     "organisation.quits_dilution=50",
     "", ""},
    {"organisation.dilution_rate=0",
     "organisation.sustainable_growth=0 organisation.dilution_recovery=1 organisation.dilution_staff=1 "
     "organisation.infighting_hazard=9 organisation.infighting_leave=1 organisation.infighting_progress=1 "
     "organisation.infighting_relief=1 organisation.spin_out=1 organisation.spin_out_group=1 "
     "organisation.quality_dilution=50 organisation.quits_dilution=50",
     "", ""},
    {"organisation.burnout_rate=0",
     "organisation.cadence_reference=99 organisation.burnout_contagion=900 organisation.burnout_recovery=1 "
     "organisation.quits_burnout=50",
     "", ""},
    {"organisation.debt_rate=0",
     "organisation.debt_repair=1 organisation.debt_repair_optimisation=1 organisation.quality_debt=50 "
     "organisation.release_debt=50",
     "", ""},
    {"organisation.coordination_cost=0", "organisation.coordination_staff=1", "", ""},
    {"organisation.infighting_hazard=0",
     "organisation.infighting_leave=1 organisation.infighting_progress=1 organisation.infighting_relief=1 "
     "organisation.spin_out=1 organisation.spin_out_group=1",
     "", ""},
    {"organisation.spin_out=0", "organisation.spin_out_group=1", "", ""},
    /* customers */
    {"customers.*.network_exponent=0", "customers.*.network_scale=1", "", ""},
    {"customers.*.lock_in=0", "customers.*.lock_in_time=900 customers.portability=1 customers.harvest=9", "", ""},
    {"customers.appeal_volatility=0", "customers.appeal_size_exponent=2", "", ""},
    {"customers.pricing=fixed",
     "customers.harvest=9 customers.share_cap=.1 customers.price_adjustment=1 customers.price_demand_response=9",
     "customers.price_adjustment=.3", "customers.price_demand_response customers.share_cap"},
    /* strategies, entry, exit, takeovers */
    {"learning.enabled=off",
     "learning.rate=5 learning.horizon=1 learning.age_offset=900 learning.noise=2 learning.mutation=5 "
     "learning.mutation_size=2",
     "learning.rate=.2 learning.horizon=3", ""},
    {"learning.rate=0", "learning.horizon=1 learning.age_offset=900 learning.noise=2",
     "learning.rate=.2 learning.horizon=3", ""},
    {"learning.mutation=0", "learning.mutation_size=2", "learning.rate=0 learning.mutation=.01", ""},
    {"entry.enabled=off",
     "entry.rate=900 entry.sentiment_elasticity=19 entry.growth_response=90 entry.barrier=19 entry.capability_gap=9 "
     "entry.capability_dispersion=9 regulation.entrant_subsidy=900 organisation.spin_out=1",
     "organisation.infighting_hazard=.05 regulation.enabled=off", ""},
    {"exit.enabled=off",
     "exit.cash_floor=500 exit.estate_price=0 acquisitions.distress_probability=1 acquisitions.distress_price=90", "",
     "exit.estate_price"},
    {"acquisitions.enabled=off",
     "acquisitions.distress_probability=1 acquisitions.distress_price=0 acquisitions.hazard=5 "
     "acquisitions.hazard_young=5 acquisitions.young_age=0 acquisitions.premium=.1 acquisitions.cash_cover=1 "
     "acquisitions.suitors=0 acquisitions.staff_retention=.01 acquisitions.account_retention=.01 "
     "acquisitions.know_how_transfer=0 acquisitions.share_limit=0 acquisitions.share_exempt=1",
     "acquisitions.hazard_young=.05 acquisitions.young_age=24", "acquisitions.share_exempt"},
    {"acquisitions.share_limit=0",
     "acquisitions.distress_probability=1 acquisitions.distress_price=0 acquisitions.hazard_young=5 "
     "acquisitions.premium=.1 acquisitions.cash_cover=1 acquisitions.staff_retention=.01 "
     "acquisitions.account_retention=.01 acquisitions.know_how_transfer=0 acquisitions.share_exempt=1",
     "acquisitions.hazard_young=.05", "acquisitions.share_exempt"},
    {"acquisitions.share_limit=1", "acquisitions.share_exempt=1", "acquisitions.share_limit=1e-6", ""},
    /* regulation and its levers */
    {"regulation.enabled=off", "regulation.influence_rate=9 regulation.influence_decay=1 regulation.capture=19", "",
     ""},
    {"regulation.influence_rate=0", "regulation.influence_decay=1 regulation.capture=19", "", ""},
    {"regulation.gpu_cap=0", "regulation.cap_growth=.5", "regulation.gpu_cap=100", ""},
    {"regulation.run_cap=0", "regulation.cap_growth=.5", "regulation.run_cap=1e23", ""},
    {"regulation.windfall_tax=0", "regulation.windfall_threshold=.1",
     "regulation.windfall_tax=.5 regulation.windfall_threshold=2", ""},
};
enum { MECHANISMS = sizeof mechanisms / sizeof *mechanisms };

/* Sets assignments on a scenario; the text is parted by spaces. */
static void assign(struct scenario *scenario, const char *assignments) {
    char text[2048], *rest = text;
    struct failure failure = {0};
    cr_assert(strlen(assignments) < sizeof text);
    memcpy(text, assignments, strlen(assignments) + 1);
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        if (*word != '\0')
            cr_assert(scenario_set(scenario, word, &failure) == MATTHEW_OK, "%s", failure.text);
}

static unsigned long long race_with(const char *stage, const char *off, const char *change) {
    struct scenario scenario;
    struct failure failure = {0};
    cr_assert(scenario_load(&scenario, "frontier-race", &failure) == MATTHEW_OK, "%s", failure.text);
    cr_assert(scenario_set_firms(&scenario, FIRMS, &failure) == MATTHEW_OK, "%s", failure.text);
    assign(&scenario, stage);
    assign(&scenario, off);
    assign(&scenario, change);
    unsigned long long digest = scenario_digest(&scenario, MONTHS, 1, &failure);
    cr_assert(digest != 0, "%s %s %s: %s", stage, off, change, failure.text);
    scenario_free(&scenario);
    return digest;
}

/* The next assignment of a list, null after the last. */
static char *next_of(char **rest) {
    char *word;
    while ((word = strsep(rest, " ")) != NULL && *word == '\0')
        ;
    return word;
}

/* Paths that begin with a word of the list. */
static int is_quiet(const struct mechanism *m, const char *path) {
    char text[2048], *rest = text;
    snprintf(text, sizeof text, "%s", m->quiet);
    for (char *word; (word = next_of(&rest)) != NULL;)
        if (strncmp(path, word, strlen(word)) == 0)
            return 1;
    return 0;
}

/* The assignments that change the race alone, when it is off or on; or those that do not. */
static void sift(const struct mechanism *m, const char *off, int changing, char found[2048]) {
    char text[2048], *rest = text;
    unsigned long long plain = race_with(m->with, off, "");
    snprintf(text, sizeof text, "%s", m->parameters);
    *found = '\0';
    for (char *word; (word = next_of(&rest)) != NULL;) {
        char path[PARAMETER_PATH_SIZE];
        snprintf(path, sizeof path, "%.*s", (int)strcspn(word, "="), word);
        if ((plain != race_with(m->with, off, word)) != changing || (!changing && is_quiet(m, path)))
            continue;
        size_t used = strlen(found);
        snprintf(found + used, 2048 - used, " %s", word);
    }
}

Test(unreached, off_no_parameter_matters) {
    char found[2048];
    for (size_t i = 0; i < MECHANISMS; i++) {
        const struct mechanism *m = &mechanisms[i];
        unsigned long long off = race_with(m->with, m->off, "");
        cr_expect(off != race_with(m->with, "", ""), "%s does nothing", m->off);
        int same = off == race_with(m->with, m->off, m->parameters);
        if (!same)
            sift(m, m->off, 1, found);
        cr_expect(same, "%s: there matter%s", m->off, found);
    }
}

Test(unreached, on_each_of_them_does) {
    char found[2048];
    for (size_t i = 0; i < MECHANISMS; i++) {
        sift(&mechanisms[i], "", 0, found);
        cr_expect(*found == '\0', "%s: nothing changes with%s", mechanisms[i].off, found);
    }
}

/* No parameter of a mechanism is left out above. */
Test(unreached, all_parameters_are_tried) {
    static const struct {
        const char *off, *group, *prefix;
    } owns[] = {{"organisation.enabled=off", "organisation", ""},
                {"learning.enabled=off", "learning", ""},
                {"acquisitions.enabled=off", "acquisitions", ""},
                {"compute.own_silicon=off", "compute", "own_"},
                {"compute.rent=off", "compute", "rent_"},
                {"compute.alliances=off", "compute", "alliance_"},
                {"capital.claims=off", "capital", "claim_"},
                {"capital.leader_premium=none", "capital", "leader_premium_"},
                {"technology.obsolescence=0", "technology", "obsolescence_"}};
    for (size_t i = 0; i < sizeof owns / sizeof *owns; i++)
        for (size_t k = 0; k < parameter_count; k++) {
            const struct parameter_info *info = &parameter_table[k];
            char path[PARAMETER_PATH_SIZE];
            int named = 0, own = strcmp(info->group, owns[i].group) == 0 &&
                                 strncmp(info->name, owns[i].prefix, strlen(owns[i].prefix)) == 0;
            snprintf(path, sizeof path, "%s.%s=", info->group, info->name);
            if (!own || strncmp(owns[i].off, path, strlen(path)) == 0)
                continue;
            for (size_t m = 0; m < MECHANISMS; m++)
                named |= strcmp(mechanisms[m].off, owns[i].off) == 0 && strstr(mechanisms[m].parameters, path) != NULL;
            cr_assert(named, "%s is not tried with %s", path, owns[i].off);
        }
}
