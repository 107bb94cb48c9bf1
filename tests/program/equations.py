"""The equations of docs/model.md, recomputed with NumPy from a recorded race: what the document says is what the code does."""

import pathlib
import tempfile
import unittest

import h5py
import numpy

from support import Case, matthew

MONTHS = (1, 7, 25)
SEGMENTS = ("consumer", "developer", "enterprise", "government")
TIERS = ("researcher", "engineer", "operations")
REGIONS = ("us", "eu", "friendly")


class Month:
    """The end of a month and of the one before, for firms that were there in both and bought nobody in between."""

    def __init__(self, file, month):
        self.file, self.month = file, month
        before, now = (~numpy.isnan(file["cash"][at]) for at in (month - 1, month))
        gone = file["exit_month"][:] == month - 1
        buyers = file["acquirer"][:][gone]
        self.firms = numpy.flatnonzero(now & before & ~numpy.isin(file["firm"][:], buyers))

    def was(self, name):
        return self.file[name][self.month - 1][..., self.firms].astype(float)

    def now(self, name):
        return self.file[name][self.month][..., self.firms].astype(float)

    def all(self, name, back=0):
        """Of all firms, with zeros where there is none."""
        return numpy.nan_to_num(self.file[name][self.month - back].astype(float))

    def of_industry(self, name, back=0):
        return float(self.file[name][self.month - back])

    def p(self, name, members=None):
        """A parameter, or one for each member, as a column."""
        if members is None:
            return float(self.file["parameters"][name][()])
        group, field = name.split(".")
        return numpy.array([[float(self.file["parameters"][f"{group}.{m}.{field}"][()])] for m in members])

    def trend(self, rate):
        return numpy.exp(self.p(rate) * (self.month - 1))


def leavers(m):
    """Who left a firm this month, over all tiers, by (16)."""
    return m.now("separations").sum(0) + m.now("layoffs").sum(0)


class Equations(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="matthew-test-")
        cls.addClassCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "race.h5"
        result = matthew("run", "frontier-race", "--firms", 400, "--months", max(MONTHS), "--record", "all", "-o", path)
        assert result.returncode == 0, result.stderr
        file = h5py.File(path)
        cls.addClassCleanup(file.close)
        cls.months = [Month(file, month) for month in MONTHS]

    def same(self, what, found, wanted, scale=0.0):
        self.assertGreater(len(found), 300, what)
        error = numpy.abs(found - wanted) / (1e-9 + numpy.abs(found) + numpy.abs(wanted) + scale)
        self.assertLess(error.max(), 1e-9, what)

    def test_plan_and_accounts(self):
        for m in self.months:
            burn = numpy.maximum(0, m.was("operating_outflow") - m.was("total_receipts") - m.was("core_income"))
            free = numpy.maximum(0, m.was("cash") + m.now("funding") - m.now("reserve") * burn)
            rate = numpy.minimum(m.p("plan.spending_rate") + m.p("plan.spending_rate_speed") * m.now("speed"), 1)
            self.same("(1)", m.now("budget"), rate * free)
            lag = m.p("customers.payment_lag", SEGMENTS)
            bill = m.was("price") * m.now("accounts") / 1e6
            owed = m.was("receivables") + bill
            for s in range(len(SEGMENTS)):
                self.same("(22a)", m.now("receipts")[s], (owed * numpy.minimum(1, 1 / lag))[s])
            earned = m.now("rent_earned") + numpy.maximum(m.now("alliance_share"), 0)
            income = m.now("total_receipts") + earned + m.now("exit_fee")
            spent = m.now("burn") + income + m.was("core_income")  # by the definition of burn
            self.same("(22e)", m.now("operating_outflow"), m.was("operating_outflow") + m.p("plan.outflow_smoothing")
                      * (numpy.maximum(0, spent - earned) - m.was("operating_outflow")))
            scrapped = m.p("compute.depreciation") * m.of_industry("gpu_price") * m.now("gpus")
            self.same("(22) tax", m.now("tax"), m.p("accounts.tax") * numpy.maximum(0, income - spent - scrapped),
                      scale=income + spent)
            invested = m.now("budget") * (1 - m.now("compute_share") - m.now("hire_share"))
            cash = (m.was("cash") + m.now("funding") - m.now("gpu_spending") - m.now("own_chip_spending") - m.now("burn")
                    - invested - m.now("tax") - m.now("windfall_tax") - m.now("payout"))
            self.same("(22d)", m.now("cash"), cash, scale=numpy.abs(m.was("cash")))

    def test_valuation(self):
        for m in self.months:
            price, mean = m.of_industry("gpu_price"), m.of_industry("mean_capability", 1)
            know = (m.p("capital.know_how_months") * (m.p("talent.wage", TIERS) * m.was("staff")).sum(0)
                    * numpy.exp(0.5 * numpy.clip(m.was("capability") - mean, -2, 4)))
            book = (numpy.maximum(m.was("cash"), 0) + know
                    + m.p("capital.book_compute") * price * (m.was("gpus") + m.was("gpu_backlog")))  # (5a)
            discount = (1 + m.p("value.discount_rate")) ** (-(m.month - 1) / 12)
            receipts = m.was("total_receipts")
            self.same("(5k)", m.now("npv"), m.was("discounted_payouts") - m.was("discounted_raised")
                      + discount * (book + 12 * receipts * m.p("value.terminal_multiple")), scale=book)
            costs, accounts = m.all("unit_cost", 1), m.all("accounts", 1)
            average = (costs * accounts).sum(1) / accounts.sum(1)
            months = m.p("value.horizon")
            scale = months * 1e-6 * (m.was("accounts") * numpy.maximum(average[:, None] - m.was("unit_cost"), 0)).sum(0)
            self.same("(5g)", m.now("scale_value"), scale, scale=1e-3)
            pull = ((1 + m.was("accounts") / m.p("customers.network_scale", SEGMENTS)) ** m.p("customers.network_exponent", SEGMENTS)
                    * (1 + m.was("ecosystem")) ** m.p("customers.ecosystem_response", SEGMENTS))
            self.same("(5h)", m.now("network_value"), months * (m.was("receipts") * (1 - 1 / pull)).sum(0), scale=receipts)
            due, left = m.was("claim_due"), m.was("claim_missed")
            credit = ((1 + m.p("capital.claim_gain") * m.now("hype") * (due > 0))
                      * numpy.maximum(0, 1 - m.p("capital.claim_loss") * m.now("hype") * left / m.p("capital.claim_memory")))
            more = m.now("speed_value") + m.now("network_value") + m.now("option_value")
            plain = 12 * receipts * m.p("capital.revenue_multiple")
            multiple = self.multiple(m, credit, book, more, plain)
            wanted = credit * (multiple * plain + book + m.now("scale_value")
                               + m.p("capital.value_weight") * numpy.minimum(more, m.p("capital.value_cap") * multiple * plain))
            self.same("(5b)", m.now("valuation"), wanted, scale=book)
            funding = m.now("funding")
            stake = m.was("investor_stake")
            allied = m.now("alliance_role") == 1  # a provider's new shares dilute besides (11)
            self.same("(5e)", m.now("investor_stake")[~allied],
                      (stake + (1 - stake) * funding / (m.now("valuation") + funding))[~allied])

    def multiple(self, m, credit, book, more, plain):
        """m_t of (5), which nobody records: what makes the valuation of the firm with the highest receipts right."""
        firm = plain.argmax()
        rest, weight, cap = book[firm] + m.now("scale_value")[firm], m.p("capital.value_weight"), m.p("capital.value_cap")
        low, high = numpy.exp(-1.5), 1.0
        for _ in range(100):
            middle = (low + high) / 2
            receipts = middle * plain[firm]
            value = credit[firm] * (receipts + rest + weight * min(more[firm], cap * receipts))
            low, high = (middle, high) if value < m.now("valuation")[firm] else (low, middle)
        return high

    def test_compute(self):
        for m in self.months:
            price, elapsed = m.of_industry("gpu_price"), m.month - 1
            own = m.p("compute.price") * m.trend("compute.price_decline") ** -1 * m.p("compute.own_cost")
            own = own * (1 + m.was("own_chips_made") / m.p("compute.own_scale")) ** -m.p("compute.own_learning")
            self.same("(9d)", m.now("own_chip_price"), own)
            part = numpy.where((m.was("hardware") >= m.p("compute.own_threshold")) & (own < price), m.now("silicon"), 0)
            haste = 1 + m.p("compute.expedite_premium") * m.now("speed")
            worth = (m.now("gpu_order") * price + m.now("own_chip_order") * own) * haste
            self.same("(10a)", worth, m.now("compute_share") * m.now("budget"))
            self.same("(9) mix", m.now("own_chip_order"), part * (m.now("gpu_order") + m.now("own_chip_order")))
            odds = m.p("regions.site_share", REGIONS) * numpy.exp(
                m.p("compute.jurisdiction_pull") * m.p("regions.friendly", REGIONS) * m.now("jurisdiction"))
            permit = (odds / odds.sum(0) * m.p("regions.permit_delay", REGIONS)).sum(0)
            months = m.p("compute.lead_time") * (1 - m.p("compute.lead_time_speed") * m.now("speed"))
            months = numpy.maximum(1, months + permit * (1 + m.now("permit_burden")))
            backlog = m.was("gpu_backlog") + m.now("gpu_allotment") + m.now("own_chip_allotment")
            self.same("(10c)", m.now("gpu_delivery"), backlog / months)
            z = m.now("own_gpus") / numpy.maximum(m.now("gpus"), 1e-300)
            energy = m.p("regions.energy_cost", REGIONS) / m.trend("compute.energy_decline")
            charge = m.p("compute.depreciation") + m.p("compute.capital_charge")
            user_cost = ((1 - z) * price + z * own) * charge + (energy * m.now("site")).sum(0)  # (9f)
            load = m.p("customers.serving_load", SEGMENTS) * numpy.exp(m.p("technology.load_growth") * elapsed)
            effect = m.p("technology.optimisation_effect")
            cost = load * user_cost * 1e6 / (1 + effect * m.now("optimisation")) + m.p("customers.support", SEGMENTS)
            for s in range(len(SEGMENTS)):
                self.same("(21c)", m.now("unit_cost")[s], cost[s])
            need = (load * m.was("accounts")).sum(0) / (1 + effect * m.was("optimisation"))
            self.same("(12) need", m.now("serving_need"), need)
            hand = m.now("gpus") + m.now("claimed_in") - m.now("claimed_out") - m.now("rented_out")
            kept = m.p("technology.training_reserve") * m.now("speed")
            served = numpy.minimum(need, (1 - kept) * hand + m.now("rented_in"))
            self.same("(12) training", m.now("training_gpus"), hand + m.now("rented_in") - served, scale=need)
            self.same("(12) congestion", m.now("congestion"), 1 - served / numpy.maximum(need, 1e-12), scale=1)

    def test_technology(self):
        for m in self.months:
            cluster = m.now("training_gpus")
            critical = m.p("technology.critical_cluster") * m.trend("technology.critical_cluster_growth")
            nu = m.p("technology.run_size_exponent")
            size = numpy.minimum(cluster, critical ** (1 - nu) * cluster**nu)
            runs = numpy.maximum(1, numpy.floor(cluster / numpy.maximum(size, 1e-12) * (1 + 1e-13)))  # (13)
            own = m.now("own_gpus") / numpy.maximum(m.now("gpus"), 1e-300)
            software = m.was("software")
            use = m.p("technology.utilisation") + m.p("technology.utilisation_software") * software / (
                software + m.p("technology.software_half"))
            use = use * (1 + m.p("compute.own_utilisation") * own) * m.now("productivity")
            flop = m.p("technology.run_share") * m.p("technology.flop_rate") * m.p("technology.month_seconds")
            work = cluster / runs * flop * use
            released = m.now("months_since_release") == 0
            self.same("(14) raw", m.now("raw_flop"), numpy.where(released, 0, m.was("raw_flop") + work))
            people = m.now("staff")[0] + m.now("walkouts")
            skill = people / numpy.maximum(people + m.p("technology.researchers_half"), 1e-12)
            progress = m.was("training_progress") + work * m.trend("technology.algorithmic_growth") * skill
            lost = 1 - m.p("organisation.infighting_progress") * m.now("infighting")
            self.same("(14)", m.now("training_progress"), numpy.where(released, 0, progress * lost))
            waited = m.was("months_since_release") + 1
            goal = m.p("technology.scale_up") * numpy.maximum(m.was("last_run"), m.p("technology.flop_floor"))
            due = (waited >= m.p("technology.release_interval")) & ((progress >= goal) | (waited >= m.now("cadence")))
            self.assertTrue((due == released).all(), "release")
            for layer in ("hardware", "software", "optimisation", "application"):
                root = numpy.sqrt(m.now("budget") * m.now(layer + "_share"))
                self.same("(15f)", m.now(layer), (1 - m.p("layers.decay")) * m.was(layer)
                          + m.p("layers.build_rate") * root * m.now("productivity"))
            root, size = numpy.sqrt(m.now("budget") * m.now("platform_share")), m.was("accounts").sum(0)
            self.same("(15g)", m.now("ecosystem"), (1 - m.p("platform.ecosystem_decay")) * m.was("ecosystem")
                      + m.p("platform.ecosystem_rate") * root
                      + m.p("platform.ecosystem_open") * m.now("openness") * numpy.log1p(size / 1e4))
            self.same("(15h)", m.now("reach"), (1 - m.p("platform.reach_decay")) * m.was("reach")
                      + m.p("platform.reach_rate") * root / (1 + m.was("reach")))
            root = numpy.sqrt(m.now("budget") * m.now("influence_share"))
            self.same("(26a)", m.now("influence"), (1 - m.p("regulation.influence_decay")) * m.was("influence")
                      + m.p("regulation.influence_rate") * root)

    def test_organisation(self):
        for m in self.months:
            heads = m.now("staff").sum(0) + m.now("walkouts")
            stage = numpy.maximum(0, numpy.floor(numpy.log10(numpy.maximum(m.now("gpus"), 1)) + 1e-12) - 3)
            people = numpy.log1p(heads / m.p("organisation.coordination_staff")) * (1 + m.was("dilution"))
            self.same("(17)", m.now("productivity"), 1 / (1 + m.p("organisation.coordination_cost") * people
                                                         + m.p("organisation.coordination_gpus") * stage))
            hires, fight = m.now("hires").sum(0), m.now("infighting")
            share = (hires + m.now("joined")) / (heads + m.p("organisation.dilution_staff"))
            dilution = ((1 - m.p("organisation.dilution_recovery")) * m.was("dilution")
                        + m.p("organisation.dilution_rate") * numpy.maximum(0, share - m.p("organisation.sustainable_growth")))
            self.same("(16a)", m.now("dilution"), dilution * (1 - m.p("organisation.infighting_relief") * fight))
            gone = leavers(m)
            haste = 0.5 + numpy.maximum(0, m.p("organisation.cadence_reference") / m.now("cadence") - 1)
            flight = 1 + m.p("organisation.burnout_contagion") * gone / numpy.maximum(heads - hires + gone, 1)
            self.same("(16b)", m.now("burnout"), (1 - m.p("organisation.burnout_recovery")) * m.was("burnout")
                      + m.p("organisation.burnout_rate") * m.now("speed") * haste * flight)
            repair = (m.p("organisation.debt_repair")
                      + m.p("organisation.debt_repair_optimisation") * numpy.minimum(m.now("optimisation") / 3, 1))
            released = m.now("months_since_release") == 0
            self.same("(16c)", m.now("debt"), numpy.maximum(0, 1 - repair) * m.was("debt")
                      + m.p("organisation.debt_rate") * m.now("speed") * released)
            known = numpy.where(m.now("alliance_role") == 2, numpy.maximum(m.now("capability"), m.now("hosted_capability")),
                                m.now("capability"))
            self.same("(18b)", m.now("quality"), known - m.p("organisation.quality_debt") * m.now("debt")
                      - m.p("organisation.quality_dilution") * m.now("dilution")
                      - m.p("technology.congestion_quality") * m.now("congestion"), scale=1)

    def test_customers(self):
        for m in self.months:
            alpha = m.p("customers.price_response", SEGMENTS) / m.trend("customers.willingness_growth")
            log = (m.p("customers.quality_response", SEGMENTS) * m.now("quality") - alpha * m.was("price") + m.now("appeal")
                   + m.p("customers.network_exponent", SEGMENTS)
                   * numpy.log1p(m.was("accounts") / m.p("customers.network_scale", SEGMENTS))
                   + m.p("customers.application_response", SEGMENTS) * numpy.log1p(m.now("application"))
                   + m.p("customers.ecosystem_response", SEGMENTS) * numpy.log1p(m.now("ecosystem"))
                   + m.p("customers.reach_response", SEGMENTS) * (m.now("reach") + m.now("lent_reach")))
            kappa = m.p("customers.lock_in", SEGMENTS) * (1 - m.p("customers.portability"))
            free = numpy.exp(-kappa * (1 - numpy.exp(-m.was("tenure") / m.p("customers.lock_in_time", SEGMENTS))))
            stay = m.was("accounts") - m.now("leavers")
            for s in range(len(SEGMENTS)):
                self.same("(19a)", m.now("customer_weight")[s], numpy.exp(log[s]))
                self.same("(20a)", m.now("locked_share")[s], 1 - free[s], scale=1)
                tenure = stay[s] * (m.was("tenure")[s] + 1) / numpy.maximum(stay[s] + m.now("arrivals")[s], 1)
                self.same("(20d)", m.now("tenure")[s], tenure)
                all_weights = m.all("customer_weight")[s].sum() + numpy.exp(m.p("customers.outside_utility", SEGMENTS)[s, 0])
                share = numpy.minimum(m.now("customer_weight")[s] / all_weights, m.p("customers.share_cap"))
                cut = 1 - m.now("penetration") * free[s]
                markup = cut * (1 + m.p("customers.harvest") * (1 - free[s])) / (alpha[s] * (1 - share))  # (21a)
                target = m.now("unit_cost")[s] + markup
                price = m.was("price")[s] + m.p("customers.price_adjustment") * (target - m.was("price")[s])
                self.same("(21b)", m.now("price")[s], price)


if __name__ == "__main__":
    unittest.main()
