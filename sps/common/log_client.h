/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The client of the logging service (trusted-services.md 3.8): steps 4 to 6 of a service SP's boot
 * (5.2). Once it is open the SP's lines go to the service; without one they stay on the console.
 * Deviation: a line that the service does not take goes to the console instead of being lost.
 */
#ifndef SPS_LOG_CLIENT_H
#define SPS_LOG_CLIENT_H

#include "logging/opcodes.h"
#include "ts_caller.h"

enum { LOG_OK = 0, LOG_ERROR = -1 };

struct log_client {
	struct ts_session session;
};

/* False: there is no such service. @c stays where it is as long as @l lives. */
bool log_client_open(struct log_client *c, struct libsp *l);

#endif
