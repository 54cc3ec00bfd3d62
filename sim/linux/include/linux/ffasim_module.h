/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_FFASIM_MODULE_H
#define _LINUX_FFASIM_MODULE_H
/*
 * What a module image exports to the loader. Plain C types only: both the kernel side (through
 * module.h) and the loader, which sees libc, include this file. A change of any layout that drivers
 * see (struct device, struct file, ...) is a new ABI number.
 */
#define FFASIM_MODULE_ABI 2

struct module {
	const char *name;
	int refcount; /* users that pin it: open devices of its cdevs */
	int state;    /* 0 coming, 1 live, 2 going */
};

/* Levels of initcalls, in the order in which the kernel runs them. */
enum ffasim_initcall_level {
	FFASIM_INIT_CORE = 10,
	FFASIM_INIT_POSTCORE = 20,
	FFASIM_INIT_ARCH = 30,
	FFASIM_INIT_SUBSYS = 40,
	FFASIM_INIT_FS = 50,
	FFASIM_INIT_ROOTFS = 55,
	FFASIM_INIT_DEVICE = 60,
	FFASIM_INIT_LATE = 70,
};

struct ffasim_initcall {
	int level;
	int (*fn)(void);
	const char *name;
};

struct ffasim_exitcall {
	void (*fn)(void);
	const char *name;
};

/* A module parameter: set by the loader before the first initcall. */
struct ffasim_param {
	const char *name;
	const char *type; /* "int", "bool", "charp", ... */
	void *value;
	unsigned int perm;
};

struct kunit_suite;

struct ffasim_module_desc {
	unsigned int abi;
	struct module *module;
	const struct ffasim_initcall *init, *init_end;
	const struct ffasim_exitcall *exit, *exit_end;
	const struct ffasim_param *param, *param_end;
	struct kunit_suite *const *kunit, *const *kunit_end;
};
#endif
