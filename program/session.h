/* What `matthew run` and `matthew replay` share: a session of the library with the options of the command line, its
 * progress and notices, and what is said of its end. */
#ifndef MATTHEW_PROGRAM_SESSION_H
#define MATTHEW_PROGRAM_SESSION_H

#include "program/arguments.h"

struct matthew_session;

/* Sets what the command line says of the run and its file. Returns an exit status. */
int session_set(struct matthew_session *session, const struct arguments *arguments);

/* Runs the session, with progress and notices on stderr. `found`: it goes on with an earlier run. Prints the result
 * and, after a signal, how to go on. Returns an exit status. */
int session_play(struct matthew_session *session, const struct arguments *arguments, int found);

/* Complains of the failure of an earlier file. Returns an exit status. */
int session_complain_earlier(const struct matthew_session *session, const struct arguments *arguments, int status);

/* Has the program guarded while the library reads and writes files, and says its messages. */
void session_listen(struct matthew_session *session);

#endif
