/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether another process hangs, or only waits for its turn on a busy host. */
#ifndef FFASIM_HOST_PROCESS_H
#define FFASIM_HOST_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* Processor time of @pid so far, 0 when it is gone. */
double process_processor_s(pid_t pid);
/* It is at work, or would be if the host had a processor for it: it does not sleep. */
bool process_ready(pid_t pid);

#endif
