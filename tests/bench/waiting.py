"""How often a told range of waiting time is kept, on simulated shifts: `python -m tests.bench.waiting`."""

from collections import Counter

from tests.waiting.simulation import Shift

SHIFTS = {
    "calm: 4 staff, a child every 10 min": (4, 10.0), "busy: 4 staff, every 7 min": (4, 7.0),
    "swamped: 3 staff, every 8 min": (3, 8.2), "one alone: every 40 min": (1, 40.0), "many: 15 staff, every 2 min": (15, 2.0),
}  # fmt: skip
CHILDREN, SEEDS = 3000, (1, 2, 3)


def main() -> None:
    print(f"{'shift':36} {'told':>6} {'kept':>6} {'late':>6} {'mean':>8}  most often said")
    for name, (staff, every) in SHIFTS.items():
        told = [one for seed in SEEDS for one in Shift(staff, every, seed=seed).run(CHILDREN)]
        late = sum(one.said.to_minutes is not None and one.took > one.said.to_minutes for one in told)
        kept, mean = sum(one.kept for one in told), sum(one.took for one in told) / len(told)
        said = ", ".join(code for code, _ in Counter(one.said.code for one in told).most_common(3))
        print(f"{name:36} {len(told):6} {kept / len(told):6.0%} {late / len(told):6.0%} {mean:4.0f} min  {said}")


if __name__ == "__main__":
    main()
