/* SPDX-License-Identifier: BSD-3-Clause */
/* What the host tells about another process: whether it hangs or only waits for its turn on a busy
 * host, and where its stack is. */
#ifndef FFASIM_HOST_PROCESS_H
#define FFASIM_HOST_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Processor time of @pid so far, 0 when it is gone. */
double process_processor_s(pid_t pid);
/* It is at work, or would be if the host had a processor for it: it does not sleep. */
bool process_ready(pid_t pid);
/* Where the stack of its first thread begins; 0 = it is gone, or the host does not tell. */
uint64_t process_stack(pid_t pid);

#endif
