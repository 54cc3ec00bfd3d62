/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FFASIM_HOST_CLI_H
#define FFASIM_HOST_CLI_H
int ffasim_main(int argc, char **argv);
/* "ffasim: @command: what", @command NULL = the program itself; the exit code of wrong usage. */
int cli_refuse(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#endif
