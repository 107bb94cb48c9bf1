"""Runs that write: files in the way, interruptions, resuming, broken media. What is in a file is tested elsewhere."""

import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import time
import unittest

import h5py

from support import EXHAUSTIVE, PROGRAM, SMALL, Case, matthew

# Long enough to be interrupted, with a month that is not a multiple of --every wherever it is cut.
LONG = ["frontier-race", "--firms", "1000", "--months", "120", "--every", "7", "--record", "all", "--reproducible"]
# With several commits (every 64 months) before its end.
VERY_LONG = ["frontier-race", "--firms", "2000", "--months", "400", "--record", "indicators", "--reproducible"]


# So many that a long run is in its middle.
MANY_EVENTS = 12000


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Locks(Case):
    def setUp(self):
        super().setUp()
        self.race = self.path("race.h5")

    def without_locks(self, **where):
        return dict(self.stopper(**where), NO_LOCKS="1")

    def test_a_reader_needs_none(self):
        environment = self.without_locks()
        self.works("run", *SMALL, "--record", "all", "-o", self.race, env=environment)
        for command in (["info"], ["info", "--digest"], ["validate"]):
            expected, found = (matthew(*command, self.race, env=e) for e in (None, environment))
            self.assertEqual((found.returncode, found.stdout, found.stderr),
                             (expected.returncode, expected.stdout, expected.stderr), " ".join(command))

    def test_a_run_is_resumed_without_any(self):
        environment = self.without_locks()
        whole = self.path("whole.h5")
        self.works("run", *LONG, "-o", whole)
        stopped = matthew("run", *LONG, "--quiet", "-o", self.race, env=self.without_locks(write=5))
        self.assertEqual(stopped.returncode, 143, stopped.stderr)
        self.works("run", "--resume", "-o", self.race, env=environment)
        self.assertEqual(digest(self.race), digest(whole))

    def test_a_file_that_another_program_writes_is_named_as_such(self):
        self.works("run", *SMALL, "-o", self.race)
        with h5py.File(self.race, "r+"):
            self.refused("info", self.race, says=[str(self.race), "another program is writing it"])
        self.works("info", self.race)

    def test_what_cannot_be_read_is_told_in_the_words_of_hdf5(self):
        self.works("run", *SMALL, "-o", self.race)
        os.truncate(self.race, self.race.stat().st_size // 2)
        before = self.race.read_bytes()
        for command in (["info", self.race], ["info", "--digest", self.race], ["run", "--resume", "-o", self.race]):
            said = self.refused(*command, says=[str(self.race), "HDF5: truncated file"]).stderr
            self.assertNotIn("--force", said)
        self.assertEqual(self.race.read_bytes(), before)


class Files(Case):
    def test_a_run_writes_its_file_and_no_other(self):
        result = self.works("run", *SMALL, "-o", self.path("race.h5"))
        self.assertIn("race.h5", result.stdout)
        self.assertEqual(self.files(), ["race.h5"])
        text = self.works("info", self.path("race.h5")).stdout
        for word in ("frontier-race", "complete", "month 6", "indicators", "written by  matthew 0."):
            self.assertIn(word, text)

    def test_info_as_json(self):
        path = self.path("race.h5")
        self.works("run", *SMALL, "--precision", "single", "-o", path)
        found, text = json.loads(self.works("info", "--json", path).stdout), self.works("info", path).stdout
        with h5py.File(path) as file:
            self.assertEqual([found["seed"], found["firms"], found["status"], found["months_recorded"]],
                             [file.attrs["seed"], len(file["firm"]), "complete", len(file["month"])])
            self.assertTrue(set(found["recorded"]) <= set(file), found["recorded"])
        self.assertEqual(len(found["recorded"]), found["columns"] + found["indicators"])
        self.assertIn(f"{found['columns']} firm columns in {found['precision']}, {found['indicators']} indicators", text)
        self.assertIn(f"{found['version']}, revision {found['revision']}, {found['compiler']}", text)
        self.assertEqual((found["kind"], found["file"], found["bytes"]), ("history", str(path), path.stat().st_size))
        digest = json.loads(self.works("info", "--json", "--digest", path).stdout)
        self.assertEqual(digest, {"digest": self.works("info", "--digest", path).stdout.strip()})

    def test_info_tells_what_became_of_named_firms(self):
        deal = self.write("deal.yaml", """
base: frontier-race
firms: 300
months: 6
set: {acquisitions.share_limit: 1}
schedule:
  - {month: 3, acquire: {buyer: Microsoft, target: OpenAI, price: 1}}
""")
        self.works("run", deal, "--check", "--record", "none", "-o", self.path("race.h5"))
        text = " ".join(self.works("info", self.path("race.h5")).stdout.split())
        self.assertIn("OpenAI (taken over by Microsoft in month 3)", text)
        self.assertRegex(text, "named .*, Microsoft,")
        with h5py.File(self.path("race.h5")) as file:
            names = [name.decode() for name in file["firm_name"]]
            lab, buyer = names.index("OpenAI"), names.index("Microsoft")
            self.assertEqual((file["acquirer"][lab], file["exit_month"][lab]), (buyer, 3))
            self.assertEqual(file["exit_month"][buyer], -1)
        self.works("run", "core-race", "--firms", "300", "--months", "2", "-o", self.path("nameless.h5"))
        self.assertNotRegex(self.works("info", self.path("nameless.h5")).stdout, "(?m)^named")

    def test_nothing_is_overwritten_without_force(self):
        path = self.path("race.h5")
        self.works("run", *SMALL, "-o", path)
        before = digest(path)
        early = self.stopper(signal.SIGKILL, event=1)  # found out before computing, not after
        self.refused("run", "frontier-race", "-o", path, says=["race.h5", "--force"], env=early)
        self.assertEqual(digest(path), before)
        self.works("run", *SMALL, "--seed", "99", "--force", "-o", path)
        self.assertNotEqual(digest(path), before)

    def test_bad_places_are_refused_and_left_alone(self):
        self.refused("run", *SMALL, "-o", self.folder, says=self.folder.name)
        self.refused("run", *SMALL, "-o", self.path("no/such/race.h5"), says="no/such")
        self.refused("run", *SMALL, "--force", "-o", "/dev/full", says="/dev/full")
        self.refused("run", *SMALL, "-o", self.path("x" * 300), says="x")
        self.refused("run", *SMALL, "--record", "acounts", "-o", self.path("race.h5"), says="accounts")
        self.refused("run", "--set", "capital.pol=1", "-o", self.path("race.h5"), says="capital.pool")
        self.assertEqual(self.files(), [])

    @unittest.skipIf(os.geteuid() == 0, "the administrator may write everywhere")
    def test_a_folder_without_permission_is_refused(self):
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)
        self.refused("run", *SMALL, "-o", self.path("race.h5"), says="race.h5")

    def test_a_full_disk_ends_the_run_and_leaves_nothing(self):
        old = self.write("old.h5", "precious")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

        arguments = ["run", *LONG, "--quiet", "--force", "-o", old]
        self.refused(*arguments, status=1, says="old.h5", preexec_fn=limit, seconds=60)
        self.assertEqual(self.files(), ["old.h5"])
        self.assertEqual(old.read_text(), "precious")

    def test_info_of_a_race_beyond_all_dates(self):
        for months, dated in (("3", True), ("12000", False)):
            path = self.write("long.yaml", f"base: core-race\nfirms: 20\nmonths: {months}\n")
            self.works("run", path, "--record", "none", "--every", "6000", "--quiet", "--force", "-o", self.path("long.h5"))
            said = self.works("info", self.path("long.h5")).stdout
            self.assertEqual("month 0 is 20" in said, dated, said)
            self.assertEqual("month 0 is" in said, dated, said)

    def test_info_refuses_what_is_no_history(self):
        self.refused("info", self.path("missing.h5"), says="missing.h5")
        self.refused("info", self.write("text.h5", "hello"), says="text.h5")
        self.refused("info", self.write("empty.h5", ""), says="empty.h5")
        self.refused("info", self.folder, says=self.folder.name)
        self.works("run", *SMALL, "-o", self.path("race.h5"))
        data = self.path("race.h5").read_bytes()
        self.path("cut.h5").write_bytes(data[: len(data) // 2])
        self.refused("info", self.path("cut.h5"), says="cut.h5")


class Replaced(Case):
    """What a file and its surroundings were like before, and what killed runs left."""

    def setUp(self):
        super().setUp()
        self.race, self.part = self.path("race.h5"), self.path("race.h5.part")

    def mode(self, path):
        return oct(path.stat().st_mode & 0o7777)

    def test_a_replaced_file_keeps_its_permissions(self):
        for mode in (0o600, 0o666, 0o400):
            self.works("run", *SMALL, "--force", "-o", self.race)
            self.race.chmod(mode)
            matthew("run", *SMALL, "--force", "-o", self.race, env=self.stopper(signal.SIGKILL, event=1))
            self.assertEqual(self.mode(self.part), oct(mode), "while it is written")
            self.works("run", *SMALL, "--force", "-o", self.race)
            self.assertEqual(self.mode(self.race), oct(mode))

    def test_a_resumed_file_keeps_its_permissions(self):
        stopped = matthew("run", *LONG, "-o", self.race, env=self.stopper(event=MANY_EVENTS))
        self.assertEqual(stopped.returncode, 143, stopped.stderr)
        self.race.chmod(0o640)
        self.works("run", "--resume", "-o", self.race)
        self.assertEqual(self.mode(self.race), oct(0o640))

    def test_a_second_name_goes(self):
        """A run gives its file the name, then takes the other one away; this one was killed between the two."""
        self.works("run", *SMALL, "-o", self.race)
        before = digest(self.race)
        os.link(self.race, self.part)
        self.refused("run", *SMALL, "-o", self.race, says="exists already")
        self.assertEqual(self.files(), ["race.h5"])
        os.link(self.race, self.part)
        self.works("run", "--resume", "-o", self.race)
        self.assertEqual((self.files(), digest(self.race)), (["race.h5"], before))

    def test_what_a_complete_file_went_on_from_goes(self):
        matthew("run", *LONG, "-o", self.race, env=self.stopper(signal.SIGKILL, event=MANY_EVENTS))
        earlier = self.part.read_bytes()
        self.works("run", "--resume", "-o", self.race)
        self.part.write_bytes(earlier)
        self.works("run", "--resume", "-o", self.race)
        self.assertEqual(self.files(), ["race.h5"])
        # Another race's may still be wanted.
        matthew("run", *LONG, "--seed", "2", "--force", "-o", self.race, env=self.stopper(signal.SIGKILL, event=MANY_EVENTS))
        self.works("run", "--resume", "-o", self.race)
        self.assertEqual(self.files(), ["race.h5", "race.h5.part"])

    def test_rows_that_nothing_needs_go(self):
        self.works("run", *SMALL, "--checkpoint-every", "2", "-o", self.race)
        states = self.path("race.h5.checkpoints")
        for name in ("000002.rows", "000004.rows.part", "000005.state.part"):
            (states / name).write_bytes(b"rows")
        (states / "notes.txt").write_bytes(b"somebody's")
        self.works("run", "--resume", "-o", self.race)
        self.assertEqual(sorted(path.name for path in states.iterdir()), ["000002.state", "000004.state", "notes.txt"])


class Same(Case):
    def test_bytes_do_not_depend_on_threads(self):
        made = set()
        for threads in (1, 2, 3, 8) if EXHAUSTIVE else (1, 3):
            path = self.path(f"{threads}.h5")
            self.works("run", *LONG, "--threads", threads, "--quiet", "-o", path)
            made.add(digest(path))
        self.assertEqual(len(made), 1)

    def test_digest_leaves_out_the_circumstances(self):
        first, second, other = (self.path(name) for name in ("first.h5", "second.h5", "other.h5"))
        self.works("run", *SMALL, "--threads", "1", "-o", first)
        self.works("run", *SMALL, "--threads", "2", "-o", second)
        self.works("run", *SMALL, "--seed", "5", "-o", other)
        digests = [self.works("info", "--digest", path).stdout.strip() for path in (first, second, other)]
        self.assertEqual(digests[0], digests[1])
        self.assertNotEqual(digests[0], digests[2])
        self.assertRegex(digests[0], "^[0-9a-f]{32}$")

    def test_what_is_recorded_does_not_change_the_run(self):
        digests = set()
        for number, extra in enumerate(([], ["--record", "all"], ["--record", "cash,accounts_hhi"], ["--every", "4"])):
            text = self.works("run", *SMALL, *extra, "--json", "-o", self.path(f"{number}.h5")).stdout
            digests.add(json.loads(text)["digest"])
        digests.add(json.loads(self.works("run", *SMALL, "--json").stdout)["digest"])
        self.assertEqual(len(digests), 1)


class Interruption(Case):
    def interrupted(self, path, number, *extra, commits=None):
        """A run that gets the signal in the midst of a month, or after so many commits (of 64 months) in a longer one; its
        status, stdout and stderr."""
        what = [] if "--resume" in extra else VERY_LONG if commits is not None else LONG
        where = {"event": MANY_EVENTS} if commits is None else {"commit": commits}
        result = matthew("run", *what, *extra, "-o", path, env=self.stopper(number, **where))
        self.assertNotEqual(result.returncode, 0, "the run was over before it could be interrupted")
        return result.returncode, result.stdout, result.stderr

    def uninterrupted(self, arguments=LONG):
        path = self.path("whole.h5")
        self.works("run", *arguments, "--quiet", "-o", path)
        return digest(path)

    def months(self, path):
        """Recorded months of a file, 0 while it cannot be read."""
        text = subprocess.run([PROGRAM, "info", path], capture_output=True, text=True).stdout
        found = re.search(r"([0-9]+) recorded", text)
        return int(found[1]) if found else 0

    def test_signals_keep_what_was_recorded_and_resuming_gives_the_same_bytes(self):
        whole = self.uninterrupted()
        signals = ((signal.SIGINT, 130), (signal.SIGTERM, 143)) if EXHAUSTIVE else ((signal.SIGINT, 130),)
        for number, expected in signals:
            path = self.path(f"{expected}.h5")
            status, out, err = self.interrupted(path, number)
            self.assertEqual(status, expected, err)
            self.assertIn("interrupted", out)
            self.assertIn(f"--resume -o {path}", err)
            text = self.works("info", path).stdout
            self.assertIn("interrupted", text)
            self.works("run", "--resume", "-o", path)
            self.assertEqual(digest(path), whole)
            result = self.works("run", *LONG, "--resume", "-o", path)
            self.assertIn("complete", result.stdout)
        self.assertEqual(self.files(), [f"{expected}.h5" for _, expected in signals] + ["whole.h5"])

    def test_a_killed_run_is_resumed_from_its_part(self):
        whole = self.uninterrupted()
        path = self.path("killed.h5")
        status, _, _ = self.interrupted(path, signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        self.assertEqual(self.files(), ["killed.h5.part", "whole.h5"])
        self.refused("run", *LONG, "-o", path, says="killed.h5.part")
        self.works("run", "--resume", "--quiet", "-o", path)
        self.assertEqual(digest(path), whole)
        self.assertEqual(self.files(), ["killed.h5", "whole.h5"])

    def test_a_resumed_run_that_is_cut_short_too_loses_no_month(self):
        whole = self.uninterrupted(VERY_LONG)
        for ending, first in (("", signal.SIGTERM), (".part", signal.SIGKILL)):
            path = self.path(f"race{first}.h5")
            earlier = self.path(f"race{first}.h5{ending}")
            self.interrupted(path, first, commits=2)
            shutil.rmtree(f"{path}.checkpoints", ignore_errors=True)  # so that it begins again from month 0
            before, months = digest(earlier), self.months(earlier)
            self.assertGreaterEqual(months, 128)
            self.assertLess(months, 400)
            # Earlier than the first time: what there is stays, and the program says so.
            status, _, err = self.interrupted(path, signal.SIGTERM, "--resume", commits=0)
            self.assertEqual(status, 143, err)
            self.assertIn(f"{earlier} stays as it was, with {months} recorded months", err)
            self.assertNotIn("all of it", err)
            self.assertEqual(digest(earlier), before)
            self.assertFalse(self.path(f"{path}.part.new").exists())
            # The same with a kill, which leaves the new file for the next run to judge.
            self.interrupted(path, signal.SIGKILL, "--resume", commits=0)
            self.assertEqual(digest(earlier), before)
            self.interrupted(path, signal.SIGTERM, "--resume", commits=0)
            self.assertEqual(digest(earlier), before)
            # Killed later than the first time: the new file is the one to keep from now on.
            self.interrupted(path, signal.SIGKILL, "--resume", commits=months // 64 + 1)
            further = self.months(self.path(f"{path}.part.new"))
            self.assertGreater(further, months)
            self.interrupted(path, signal.SIGTERM, "--resume", commits=0)
            self.assertEqual(self.months(earlier), further)
            self.works("run", "--resume", "--quiet", "-o", path)
            self.assertEqual(digest(path), whole)
        self.assertEqual(self.files(), ["race15.h5", "race9.h5", "whole.h5"])

    def test_a_resumed_run_that_fails_keeps_what_there_was(self):
        path = self.path("race.h5")
        self.interrupted(path, signal.SIGTERM)
        before = digest(path)

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

        self.refused("run", "--resume", "--quiet", "-o", path, status=1, says="race.h5", preexec_fn=limit, seconds=60)
        self.assertEqual(self.files(), ["race.h5", "race.h5.checkpoints"])
        self.assertEqual(digest(path), before)

    @unittest.skipUnless(os.path.exists("/proc/self/status"), "there is no /proc to see handlers in")
    def test_a_second_signal_ends_the_program_at_once(self):
        def catches(process):
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            return int(re.search(r"^SigCgt:\s*(\w+)", status, re.M)[1], 16) >> (signal.SIGTERM - 1) & 1

        reader, writer = os.pipe()  # full, so that the program waits for ever where it says how far it is
        os.set_blocking(writer, False)
        try:
            while True:
                os.write(writer, b"x" * 4096)
        except BlockingIOError:
            os.set_blocking(writer, True)
        process = subprocess.Popen([PROGRAM, "run", *LONG, "-o", self.path("race.h5")], stderr=writer)
        for caught in (True, False):
            while bool(catches(process)) != caught:
                self.assertIsNone(process.poll())
                time.sleep(0.002)
            process.send_signal(signal.SIGINT if caught else signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), -signal.SIGTERM)
        os.close(reader)
        os.close(writer)

    def test_another_scenario_is_refused(self):
        path = self.path("race.h5")
        self.interrupted(path, signal.SIGTERM)
        before = digest(path)
        self.refused("run", *LONG, "--seed", "2", "--resume", "-o", path, says=["race.h5", "seed: 1", "seed: 2"])
        self.refused("run", "core-race", "--resume", "-o", path, says="race.h5")
        self.refused("run", "--resume", "--every", "3", "-o", path, says="--every 7")
        self.refused("run", "--resume", "--record", "default", "-o", path, says="--record all")
        self.refused("run", "--resume", "-o", self.path("nothing.h5"), says="nothing.h5")
        self.assertEqual(digest(path), before)

    def test_json_tells_of_the_interruption(self):
        status, out, _ = self.interrupted(self.path("race.h5"), signal.SIGTERM, "--json", "--every", "1")
        summary = json.loads(out)
        self.assertEqual((status, summary["status"]), (143, "interrupted"))
        self.assertLess(summary["month"], 120)
        # A race that ends with that month is told of in the same way.
        short = json.loads(self.works("run", *LONG[:3], "--months", summary["month"], "--json").stdout)
        self.assertEqual(summary["indicators"], short["indicators"])
        self.assertEqual((summary["leaders"], summary["digest"]), (short["leaders"], short["digest"]))
        out = json.loads(self.works("run", "--resume", "--json", "-o", self.path("race.h5")).stdout)
        self.assertEqual((out["status"], out["month"]), ("complete", 120))
        out = json.loads(self.works("run", "--resume", "--json", "-o", self.path("race.h5")).stdout)
        self.assertEqual(out["status"], "complete")

    def test_a_reader_that_goes_away_does_not_cut_the_history_short(self):
        path = self.path("race.h5")
        text = f'"$0" run {" ".join(LONG)} -o "{path}" 2>&1 | head -c 1 >/dev/null'
        subprocess.run(["bash", "-c", text, PROGRAM], timeout=120, check=True)
        self.assertIn("complete", self.works("info", path).stdout)


if __name__ == "__main__":
    unittest.main()
