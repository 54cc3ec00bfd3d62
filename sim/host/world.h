/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A world: machine + SPMC with partitions + fake kernel with modules, put together and booted. The
 * scenario runner, the benchmarks and the cmocka tests all build their worlds here.
 */
#ifndef FFASIM_HOST_WORLD_H
#define FFASIM_HOST_WORLD_H

#include "check/detect.h"
#include "linux/klinux.h"
#include "soc/machine.h"
#include "spmc/spmc.h"

#define WORLD_PARTITIONS_MAX 256
#define WORLD_MODULES_MAX 16

struct world_partition {
	const char *name;
	const char *manifest;	      /* path of a .dts or .dtb */
	const char *image;	      /* path, NULL = the native image beside the manifest */
	const char *const *overrides; /* NULL-terminated name, value pairs */
	const struct ec_option *options;
	size_t option_count;
};

struct world_module {
	const char *name;	   /* "tee", "arm_ffa-bus", "arm_ffa", "optee", "tstee" */
	const char *path;	   /* NULL = the built-in one */
	const char *const *params; /* NULL-terminated name, value pairs; NULL = none */
};

struct world_config {
	struct machine_config machine;
	struct klinux_config linux_cfg;
	struct spmc_config spmc;
	struct world_partition partition[WORLD_PARTITIONS_MAX];
	size_t partition_count;
	/* Modules in load order; none given = world_default_modules(), optee only when asked for.
	 */
	struct world_module module[WORLD_MODULES_MAX];
	size_t module_count;
	/* Files and parameters for modules of that list; a name that is not in it comes last. */
	struct world_module use[WORLD_MODULES_MAX];
	size_t use_count;
	bool optee;	    /* of the default ones, load the OP-TEE driver too */
	bool no_modules;    /* boot without any driver (raw SMC tests) */
	unsigned detect;    /* enum detect */
	bool access_points; /* instrumented modules and SPs: each access is a point */
	bool access_events; /* with that: emit code.access */
	bool invariants; /* watch the secure side's invariants (optee.md 8.2); turns the trace on */
	const char *tstee_flavour; /* NULL or "merged" = xarray; "rfc" = mutex and list */
	/* Called on the boot task when everything is up; creates the first user tasks. */
	void (*ready)(void *arg);
	void *ready_arg;
	/* Called once the machine exists and before anything runs: add trace sinks here. */
	void (*wire)(struct machine *m, void *arg);
};

struct world {
	struct machine *m;
	struct klinux *k;
	struct spmc *spmc;
	struct invariants *invariants;
	bool access_points;
	enum machine_stop stop;
	char error[600]; /* reason when world_create() fails */
};

void world_config_init(struct world_config *cfg);
/* The modules that are built in, in load order; NULL-terminated. */
const char *const *world_default_modules(void);
/* Builds everything up to power-on. -EINVAL with w->error for what a scenario got wrong. */
int world_create(struct world *w, const struct world_config *cfg);
/* Powers on, boots, runs until machine_stop() or trouble. */
enum machine_stop world_run(struct world *w);
void world_destroy(struct world *w);
/* Finds a file of this installation or build tree ("tee.ko.so", "echo.sp.so"); NULL = not found.
 * The result is valid until the next call. */
const char *world_find_file(const char *kind, const char *name);

#endif
