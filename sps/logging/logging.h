/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The logging service (trusted-services.md 3.8): what its clients put goes out on its UART, which
 * here is the SP's own log (trace event sp.log), line by line.
 *
 * A UART has no records: what comes without a newline is held until one follows or the line is
 * full, so texts of several clients can meet in one line, as they would on a terminal. Control
 * characters are shown as '?', because a client must not steer the terminal of whoever reads.
 */
#ifndef SPS_LOGGING_H
#define SPS_LOGGING_H

#include "ts_service.h"

#define LOGGING_LINE_CHARS 160u

struct logging {
	char line[LOGGING_LINE_CHARS + 1];
	size_t used;
};

extern const struct ts_service logging_service; /* state: struct logging */

#endif
