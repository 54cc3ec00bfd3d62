/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The modeled SPMC with its SPMD relay: everything behind the SMC. One file per ABI family; what
 * real SPMCs do differently is data (spmc/profile.h), not code.
 *
 * Life: spmc_create() -> spmc_add_partition()* -> spmc_boot() on the boot PE's fiber -> SMCs.
 */
#ifndef FFASIM_SPMC_SPMC_H
#define FFASIM_SPMC_SPMC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "soc/machine.h"
#include "sp/ec.h"

struct spmc;

struct spmc_config {
	const char *profile;   /* "optee-4.10", "optee-3.21", "spec" */
	unsigned thread_count; /* 0 = the profile's default */
	bool skip_failed_sps;  /* CFG_SP_SKIP_FAILED: boot goes on without refused SPs */
	bool test_lsp;	       /* the test build's logical partition, beside the Trusted OS */
	/* Named quirks of the profile switched on or off by the scenario: NULL-terminated pairs
	 * "quirk-name", "on"/"off". NULL = none. */
	const char *const *quirks;
	size_t rxtx_page_bytes; /* smallest RX/TX buffer and its alignment: 0 = 4 KiB, 16 or 64 */
};

struct spmc_partition_config {
	const char *name;
	const void *dtb; /* manifest; copied */
	size_t dtb_bytes;
	const char *manifest_path; /* for messages only */
	const char *image_path;
	/* Manifest properties overridden by the scenario: NULL-terminated pairs name, value. */
	const char *const *overrides;
	const struct ec_option *options;
	size_t option_count;
};

/* Reason of a failure, one line, valid until the next call. */
struct spmc_error {
	char text[200];
	/* Of a refused manifest: which property of which region; node "" = the root. */
	char property[48], node[48];
};

/* -EINVAL unknown profile or quirk (error text names the nearest), -ENOMEM. */
int spmc_create(struct machine *m, const struct spmc_config *cfg, struct spmc **out,
		struct spmc_error *err);
void spmc_destroy(struct spmc *spmc);
/* Reads and checks the manifest. -EINVAL with a reason when the real SPMC would refuse it; with
 * skip_failed_sps the refusal is recorded and 0 returned. */
int spmc_add_partition(struct spmc *spmc, const struct spmc_partition_config *cfg,
		       struct spmc_error *err);
/* Boots all partitions in boot order on the running fiber (PE 0). */
int spmc_boot(struct spmc *spmc, struct spmc_error *err);

/* For scenarios, monitors and tests. */
struct spmc_partition_view {
	const char *name;
	uint16_t id;
	const char *state; /* "idle", "busy", "preempted", "dead", "booting" */
	unsigned ns_interrupts_action;
	uint16_t thread; /* 0xffff = none */
};
bool spmc_partition_by_name(const struct spmc *spmc, const char *name,
			    struct spmc_partition_view *out);
bool spmc_partition_by_index(const struct spmc *spmc, size_t index,
			     struct spmc_partition_view *out);
unsigned spmc_threads_in_use(const struct spmc *spmc);
unsigned spmc_thread_count(const struct spmc *spmc); /* size of the pool, 0 = none */
/* The borrower that keeps the owner from reclaiming this transaction, by name; NULL = nobody, or no
 * such handle. *for_good: it is dead, and this SPMC takes nothing from the dead. */
const char *spmc_memory_held(const struct spmc *spmc, uint64_t handle, bool *for_good);
bool spmc_panicked(const struct spmc *spmc);
/* After a panic: the named deviation that acted last before it; NULL = none, or no panic. */
const char *spmc_panic_quirk(const struct spmc *spmc);
/* Names of profiles, NULL-terminated; one-line text of each. */
const char *const *spmc_profile_names(void);

#endif
