"""Checkpoints as a user meets them: which files there are, what is said, and that going on from one gives the same bytes."""

import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import unittest

from support import PROGRAM, Case, matthew

RACE = ["frontier-race", "--firms", "400", "--months", "90", "--record", "all", "--reproducible", "--threads", "1"]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Checkpoints(Case):
    def setUp(self):
        super().setUp()
        self.race = self.path("race.h5")
        self.states = self.path("race.h5.checkpoints")

    def whole(self):
        """The digest of the file of a run in one go, and the firm-steps that it took."""
        path = self.path("whole.h5")
        text = self.works("run", *RACE, "--json", "-o", path).stdout
        return digest(path), json.loads(text)["firm_steps"]

    def names(self):
        return sorted(p.name for p in self.states.iterdir())

    def ended(self, number, state, *extra):
        """A run that gets the signal once it has that checkpoint; the exit status and what it said."""
        result = matthew("run", *RACE, *extra, "--quiet", "-o", self.race, env=self.stopper(number, name=state))
        self.assertNotEqual(result.returncode, 0, "the run was over before it could be interrupted")
        return result.returncode, result.stderr

    def goes_on(self, *extra):
        return self.works("run", "--resume", "--json", *extra, "-o", self.race)

    def test_numbers_that_make_no_sense_are_refused(self):
        for number in ("0", "-1", "12001", "x", ""):
            self.refused("run", *RACE, "-o", self.race, "--checkpoint-every", number,
                         says=["--checkpoint-every", "from 1 to 12000"])
        self.refused("run", *RACE, "--checkpoint-every", "5", says="-o")
        self.assertEqual(self.files(), [])

    def test_a_race_that_cannot_be_made_is_one_line(self):
        """The history is open by then, and there is no checkpoint to clear away."""
        self.refused("run", *RACE, "-o", self.race, env=dict(os.environ, MATTHEW_ISA="mmx"), says=["MATTHEW_ISA", "mmx"])
        self.assertEqual(self.files(), [])

    def test_they_stay_when_they_were_asked_for_and_change_nothing(self):
        whole, _ = self.whole()
        self.works("run", *RACE, "--checkpoint-every", "40", "-o", self.race)
        self.assertEqual(digest(self.race), whole)
        self.assertEqual(self.names(), ["000040.state", "000080.state"])
        self.works("run", *RACE, "--force", "--checkpoint-every", "50", "-o", self.race)
        self.assertEqual(self.names(), ["000050.state"])
        self.works("run", *RACE, "--force", "-o", self.race)
        self.assertEqual(self.files(), ["race.h5", "whole.h5"])

    def test_a_killed_run_goes_on_from_the_newest(self):
        whole, steps = self.whole()
        status, _ = self.ended(signal.SIGKILL, "000070.state", "--checkpoint-every", "5")
        self.assertEqual(status, -signal.SIGKILL)
        self.assertEqual(self.files(), ["race.h5.checkpoints", "race.h5.part", "whole.h5"])
        result = self.goes_on()
        self.assertEqual(result.stderr.count("matthew:"), 0, result.stderr)
        self.assertEqual(digest(self.race), whole)
        self.assertLess(json.loads(result.stdout)["firm_steps"], 0.4 * steps)
        self.assertEqual(self.files(), ["race.h5", "whole.h5"])

    def test_signals_write_one(self):
        whole, steps = self.whole()
        for number, expected in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            status, err = self.ended(number, "000040.state", "--checkpoint-every", "20", "--force")
            self.assertEqual(status, expected, err)
            month = int(err.split("stopped after month ")[1].split()[0])
            self.assertEqual(self.names()[-2:], [f"{month:06}.rows", f"{month:06}.state"])
            result = self.goes_on("--checkpoint-every", "20")
            self.assertEqual(digest(self.race), whole)
            self.assertLess(json.loads(result.stdout)["firm_steps"], 0.7 * steps)
            self.assertIn("000080.state", self.names())
            self.assertFalse([name for name in self.names() if "rows" in name])
            shutil.rmtree(self.states)

    def test_a_damaged_one_is_passed_over_and_named(self):
        whole, steps = self.whole()
        self.ended(signal.SIGKILL, "000060.state", "--checkpoint-every", "5")
        states = [name for name in self.names() if name.endswith(".state")]
        newest = self.states / states[-1]
        data = bytearray(newest.read_bytes())
        data[len(data) // 2] ^= 1
        newest.write_bytes(data)
        for path in ("part", "checkpoints"):  # the same again below, with the rest damaged too
            subprocess.run(["cp", "-r", f"{self.race}.{path}", f"{self.race}.{path}.copy"], check=True)
        result = self.goes_on()
        self.assertEqual(result.stderr.count("matthew:"), 1, result.stderr)
        self.assertIn(f"{newest} is damaged or cut short; going on from month {int(states[-2][:6])}", result.stderr)
        self.assertEqual(digest(self.race), whole)
        self.assertLess(json.loads(result.stdout)["firm_steps"], 0.6 * steps)
        self.race.unlink()
        for path in ("part", "checkpoints"):
            subprocess.run(["cp", "-r", f"{self.race}.{path}.copy", f"{self.race}.{path}"], check=True)
        for name in self.names():
            if name.endswith(".state"):
                (self.states / name).write_bytes((self.states / name).read_bytes()[:1000])
        result = self.goes_on()
        self.assertEqual(result.stderr.count("matthew:"), 1, result.stderr)
        self.assertIn("going on from month 0", result.stderr)
        self.assertEqual(digest(self.race), whole)
        self.assertEqual(json.loads(result.stdout)["firm_steps"], steps)

    def test_a_full_disk_costs_the_checkpoint_and_not_the_run(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

        race = ["frontier-race", "--firms", "4000", "--months", "7", "--record", "none", "--threads", "1", "--quiet"]
        result = self.works("run", *race, "--checkpoint-every", "2", "-o", self.race, preexec_fn=limit)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for word in ("no checkpoint of month 2", "000002.state", "File too large", "the run goes on"):
            self.assertIn(word, result.stderr)
        self.assertIn("complete", self.works("info", self.race).stdout)
        self.assertEqual(self.files(), ["race.h5"])

    def test_another_program_takes_none(self):
        """Two builds whose sources differ, and nothing else: the second has another digest of them."""
        sources = re.search(r"^sources +([0-9a-f]{16})$", self.works("--version").stdout, flags=re.M).group(1).encode()
        program = pathlib.Path(PROGRAM).read_bytes()
        self.assertEqual(program.count(sources), 1)
        other = self.path("other")
        other.write_bytes(program.replace(sources, bytes(reversed(sources))))
        other.chmod(0o755)
        whole, steps = self.whole()
        self.ended(signal.SIGKILL, "000040.state", "--checkpoint-every", "20")
        result = subprocess.run([other, "run", "--resume", "--json", "-o", self.race], capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("was made by another build of matthew; going on from month 0", result.stderr)
        self.assertEqual(json.loads(result.stdout)["firm_steps"], steps)

    def full(self, run, size):
        """The run with a limit on the size of files, which the history reaches as it would the end of a disk."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        return matthew(*run, preexec_fn=limit)

    def test_a_disk_that_fills_up_keeps_what_there_is(self):
        run = ["run", "startup-contest", "--firms", "60", "--months", "150", "--threads", "1", "--quiet", "--reproducible"]
        whole = self.path("whole.h5")
        self.works(*run, "-o", whole)
        recorded = set()
        self.works(*run[:5], "1", *run[6:], "-o", self.path("least.h5"))
        least, most = (self.path(name).stat().st_size for name in ("least.h5", "whole.h5"))
        for part in range(1, 11):
            size = least + (most - least) * part // 11
            with self.subTest(bytes=size):
                result = self.full([*run, "--checkpoint-every", "7", "-o", self.race], size)
                self.assertEqual(result.returncode, 1, result.stderr)
                said = result.stderr.splitlines()[-1]
                for word in ("race.h5", "File too large", "kept", "make room", "matthew run --resume -o"):
                    self.assertIn(word, said)
                self.assertIn("race.h5.part", self.files())
                recorded.add(int(re.search(r"(\d+) recorded", self.works("info", f"{self.race}.part").stdout)[1]))
                self.works("run", "--resume", "--quiet", "-o", self.race)
                self.assertEqual(digest(self.race), digest(whole))
                self.race.unlink()
        self.assertEqual(recorded, {0, 64, 128})  # as of the commit before

    def test_without_checkpoints_it_leaves_nothing(self):
        result = self.full(["run", *RACE, "--quiet", "-o", self.race], 1_500_000)
        self.assertEqual((result.returncode, self.files()), (1, []), result.stderr)
        self.assertNotIn("--resume", result.stderr)

    def test_a_part_that_holds_nothing_is_no_file(self):
        """What a kill before the first commit leaves: no bytes, or a hole where the mark of a file would be."""
        part = self.path("race.h5.part")
        for left in (b"", b"\0" * 3, b"\0" * 5000 + b"values"):
            part.write_bytes(left)
            self.refused("run", "--resume", "-o", self.race, says="nothing to go on with")
            self.works("run", *RACE[:1], "--firms", "50", "--months", "2", "--quiet", "--resume", "-o", self.race)
            self.assertEqual(self.files(), ["race.h5"])
            self.race.unlink()
            part.write_bytes(left)
            self.works("run", *RACE[:1], "--firms", "50", "--months", "2", "--quiet", "-o", self.race)
            self.assertEqual(self.files(), ["race.h5"])
            self.race.unlink()
        part.write_bytes(b"somebody's notes")
        self.refused("run", *RACE, "-o", self.race, says=["race.h5.part exists", "--force"])
        self.assertEqual(part.read_bytes(), b"somebody's notes")

    def test_something_else_of_that_name_is_left_alone(self):
        self.states.mkdir()
        for name in ("notes.txt", "0000024.state"):
            (self.states / name).write_text("mine")
        result = self.works("run", *RACE, "--checkpoint-every", "50", "--quiet", "-o", self.race)
        self.assertEqual((result.stderr, self.names()), ("", ["0000024.state", "000050.state", "notes.txt"]))
        self.works("run", *RACE, "--force", "--quiet", "-o", self.race)
        self.assertEqual(self.names(), ["0000024.state", "notes.txt"])


if __name__ == "__main__":
    unittest.main()
