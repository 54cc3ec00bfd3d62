/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands about modules. */
#ifndef FFASIM_HOST_MODULE_H
#define FFASIM_HOST_MODULE_H

/* ffasim module ARGUMENT...; an exit code. */
int module_main(int argc, char **argv);
/* ffasim kunit FILE.ko.so...: runs the KUnit suites of modules and prints KTAP. */
int kunit_main(int argc, char **argv);

#endif
