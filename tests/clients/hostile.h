/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of hostile_client. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "ts_client.h"

/* Missing from older headers. */
#define HOSTILE_SHM_REGISTER_FD _IOC(_IOC_READ | _IOC_WRITE, 0xa4, 8, 24)
#ifndef TEE_IOC_SHM_REGISTER
#define TEE_IOC_SHM_REGISTER _IOC(_IOC_READ | _IOC_WRITE, 0xa4, 9, 24)
#endif

#define ECHO_ECHO 0

/* @ret < 0: errno must be @err, else @err must be 0. */
void expect(const char *what, long ret, int err);

/* Descriptor numbers that change their meaning, in this process and in others. */
void hostile_descriptors(const struct ts_client *c);
/* Of the program that hostile_descriptors() executes: its exit code. */
int hostile_after_exec(const char *number);
/* What one thread takes away while others use it. @kernel: calls come by seccomp. */
void hostile_threads(const struct ts_client *c, const uint8_t uuid[16], bool kernel);
/* Arguments in memory that is protected, mapped anew, of another process or program. */
void hostile_memory(const struct ts_client *c, bool kernel);
/* First of all: may execute this program again, with its memory at known places. */
void hostile_memory_begin(char *const argv[]);
/* Of the program that hostile_memory() executes: its exit code. */
int hostile_memory_after_exec(char *const argv[]);

#endif
