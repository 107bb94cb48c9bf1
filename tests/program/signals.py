"""The signals by which people, terminals, systems and batch schedulers announce the end of a run."""

import os
import resource
import signal
import subprocess
import unittest

import h5py

from support import PROGRAM, Case, matthew

RACE = ["frontier-race", "--firms", "300", "--months", "40", "--threads", "1"]
EVENTS = 1500  # a few months are over then, and many are left
ANNOUNCE = ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU", "SIGUSR1", "SIGUSR2")
BY_HAND, AGAIN = ANNOUNCE[:2], ANNOUNCE[2:]


class Signals(Case):
    def setUp(self):
        super().setUp()
        self.race = self.path("race.h5")

    def ended(self, name, *, again=None, ignored=None):
        """A run that gets this signal in its midst, and perhaps another right after; one may be ignored from the start."""
        environment = self.stopper(getattr(signal, name), event=EVENTS)
        if again is not None:
            environment["STOP_AGAIN_WITH"] = str(int(getattr(signal, again)))
        return matthew("run", *RACE, "--record", "cash", "--force", "-o", self.race, env=environment,
                       preexec_fn=ignored and (lambda: signal.signal(getattr(signal, ignored), signal.SIG_IGN)))

    def holds(self, name, result, status, word):
        self.assertEqual(result.returncode, status, f"{name}: {result.stderr}")
        with h5py.File(self.race) as file:
            self.assertEqual(file.attrs["status"], word, name)

    def test_each_completes_the_file_and_is_the_exit_status(self):
        for name in ANNOUNCE:
            result = self.ended(name)
            self.holds(name, result, 128 + getattr(signal, name), "interrupted")
            self.assertRegex(result.stderr, "stopped after month [0-9]+ of 40; all of it is in", name)
            self.assertEqual(self.files(), ["race.h5", "race.h5.checkpoints"], name)
        whole = self.path("whole.h5")
        self.works("run", *RACE, "--record", "cash", "-o", whole)
        self.works("run", "--resume", "-o", self.race)
        digests = [self.works("info", "--digest", path).stdout for path in (self.race, whole)]
        self.assertEqual(digests[0], digests[1])

    def test_one_that_was_ignored_stays_ignored(self):
        for name in ANNOUNCE:
            self.holds(name, self.ended(name, ignored=name), 0, "complete")

    def test_another_signal_does_not_make_an_ignored_one_deadly(self):
        """A run in the background of a script ignores Ctrl-C, also once it has been asked to stop in another way."""
        self.holds("SIGTERM, SIGINT", self.ended("SIGTERM", again="SIGINT", ignored="SIGINT"), 143, "interrupted")

    def test_a_warning_may_come_again(self):
        for name in AGAIN:
            self.holds(name, self.ended(name, again=name), 128 + getattr(signal, name), "interrupted")

    def test_a_second_one_by_hand_ends_the_program(self):
        for name in BY_HAND:
            self.assertEqual(self.ended(name, again=name).returncode, -getattr(signal, name), name)

    def test_a_terminal_that_is_closed(self):
        """Nothing can be said any more; the file is complete all the same."""
        terminal, theirs = os.openpty()
        process = subprocess.Popen([PROGRAM, "run", *RACE, "-o", str(self.race)], stdin=theirs, stdout=theirs, stderr=theirs,
                                   env=self.stopper(signal.SIGSTOP, event=EVENTS))
        os.close(theirs)
        self.assertTrue(os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1]))
        os.close(terminal)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=120)
        self.holds("SIGHUP", subprocess.CompletedProcess([], process.returncode, None, None), 129, "interrupted")

    def test_a_limit_of_file_size_is_a_failed_write(self):
        self.refused("run", *RACE, "--record", "all", "--quiet", "-o", self.race, status=1,
                     says=["race.h5", "File too large"], seconds=60,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)))
        self.assertEqual(self.files(), [])


if __name__ == "__main__":
    unittest.main()
