"""The arms of the comparative statics: what is switched off or made strong, and the sign that theory expects of each outcome."""

import dataclasses

from sweeps import Times

# Outcomes of a race, in the order of the table; what they are is said in effects.py and above the table.
OUTCOMES = ("concentration", "final", "own", "tenure", "frontier", "surplus", "survival")


@dataclasses.dataclass(frozen=True)
class Arm:
    name: str
    levels: dict           # level -> change; "off" and "none" make the mechanism weaker than the default, all others stronger
    expected: str = ""     # signs of a stronger mechanism, as in "concentration+ tenure+"
    own: str = ""          # the concentration of the mechanism's own market, if it has one
    month: int = 0

    def sign(self, level, outcome):
        """+1 or -1 as theory expects against the default, 0 where it expects none."""
        stronger = {word[:-1]: 1 if word[-1] == "+" else -1 for word in self.expected.split()}
        return stronger.get(outcome, 0) * (-1 if level in ("off", "none") else 1)


def exponent(name, path, strong, own, expected, **more):
    return Arm(name, {"off": {path: 0}, "strong": {path: Times(strong)}, **more}, expected, own)


def cost(name, parameter, expected):
    path = f"organisation.{parameter}"
    return Arm(name, {"off": {path: 0}, "strong": {path: Times(2)}}, expected)


def lever(name, levels, expected):
    return Arm(name, levels, expected, month=24)


EXPONENTS = [
    exponent("network effect (gamma_s)", "customers.*.network_exponent", 1.4, "accounts_hhi",
             "concentration+ final+ own+ tenure+"),
    exponent("prestige (gamma_k)", "talent.*.prestige_exponent", 4, "staff_hhi", "own+"),
    exponent("compute priority (rho_g)", "compute.priority_exponent", 2, "purchases_hhi", "own+"),
    exponent("capital priority (rho_v)", "capital.priority_exponent", 2, "funding_cr10", "own+ survival-"),
]
COSTS = [
    cost("culture dilution", "dilution_rate", "frontier- surplus-"),
    cost("burnout", "burnout_rate", ""),
    cost("technical debt", "debt_rate", "surplus-"),
    cost("coordination of people", "coordination_cost", "frontier-"),
    cost("coordination of GPUs", "coordination_gpus", "frontier-"),
    cost("infighting", "infighting_hazard", "frontier-"),
    cost("quality lost by debt", "quality_debt", "surplus-"),
    cost("quality lost by dilution", "quality_dilution", "surplus-"),
]
MECHANISMS = [
    Arm("lock-in", {"off": {"customers.*.lock_in": 0}, "strong": {"customers.*.lock_in": Times(2.5)}}, "tenure+ surplus-"),
    Arm("own silicon", {"off": {"compute.own_silicon": "off"}, "strong": {"compute.own_learning": 0.32, "compute.own_cost": 0.5}},
        "concentration+ frontier+"),
    Arm("alliances", {"off": {"compute.alliances": "off"}, "strong": {"compute.alliance_forming": 0.1}}, "frontier+"),
    Arm("learning of strategies", {"off": {"learning.enabled": "off"}, "strong": {"learning.rate": Times(5)}}, "survival+"),
    Arm("capture", {"off": {"regulation.capture": 0}, "strong": {"regulation.capture": 1}}, "concentration+ survival+"),
    Arm("hype", {"off": {"capital.claims": "off"}, "strong": {"capital.claim_gain": 1, "capital.claim_hazard": 0.1}}, ""),
]
LEVERS = [  # all of them off by default, but for merger control; from month 24 on
    lever("compute cap per firm", {"1e6 GPUs": {"regulation.gpu_cap": 1e6}, "1e5 GPUs": {"regulation.gpu_cap": 1e5}},
          "concentration- frontier- surplus-"),
    lever("cap on a run", {"1e26 FLOP": {"regulation.run_cap": 1e26}, "1e25 FLOP": {"regulation.run_cap": 1e25}},
          "frontier- surplus-"),
    lever("portability", {"0.5": {"customers.portability": 0.5}, "1": {"customers.portability": 1}}, "tenure- surplus+"),
    lever("merger limit", {"ban": {"acquisitions.share_limit": 0}, "off": {"acquisitions.share_limit": 1}},
          "concentration- survival+"),
    lever("entrant subsidy", {"10 M$": {"regulation.entrant_subsidy": 10}, "30 M$": {"regulation.entrant_subsidy": 30}},
          "survival+ concentration-"),
    lever("open weights", {"0.5": {"regulation.openness_floor": 0.5}, "1": {"regulation.openness_floor": 1}},
          "concentration- tenure- surplus+"),
    lever("windfall tax", {"0.25": {"regulation.windfall_tax": 0.25}, "0.5": {"regulation.windfall_tax": 0.5}}, "frontier-"),
    lever("permit delay", {"none": {"regions.*.permit_delay": 0}, "x3": {"regions.*.permit_delay": Times(3)}}, "frontier-"),
    lever("energy price", {"x2": {"regions.*.energy_cost": Times(2)}, "x4": {"regions.*.energy_cost": Times(4)}}, "frontier- surplus-"),
]
GROUPS = {"Rich-get-richer exponents": EXPONENTS, "Hidden costs of speed": COSTS, "Other mechanisms": MECHANISMS,
          "Levers of policy, from month 24": LEVERS}

# Why an effect differs from what theory expects: (arm, outcome) -> the reason.
REASONS = {
    ("capture", "survival"): "the barrier also raises the fixed costs of compliance, which weigh on new firms. Without costs of compliance "
                             "(`regions.*.compliance: 0`) the effect has the sign that theory expects, as the next table shows.",
}
