/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FFASIM_HOST_CLI_H
#define FFASIM_HOST_CLI_H
int ffasim_main(int argc, char **argv);
#endif
