/* SPDX-License-Identifier: BSD-3-Clause */
/* SPs under the real SPMC, on the machine of mini_spmc.h: for tests that send raw SMCs. */
#ifndef TESTS_REAL_SPMC_H
#define TESTS_REAL_SPMC_H

#include <stdio.h>
#include <string.h>

#include "mini_spmc.h"
#include "spmc/spmc.h"

static struct spmc *spmc;
static uint8_t *tx;
static char dtb_path[4200], image_path[4200];

static inline void add(const char *name, const char *image, const char *const *overrides,
		       const struct ec_option *options, size_t option_count)
{
	struct spmc_partition_config cfg = {.name = name,
					    .overrides = overrides,
					    .options = options,
					    .option_count = option_count};
	struct spmc_error err = {""};
	static char dtb[8192];
	char file[100];
	FILE *f;

	snprintf(file, sizeof(file), "sps/%s/%s.dtb", image, image);
	strcpy(dtb_path, mini_path(file));
	snprintf(file, sizeof(file), "sps/%s/%s.sp.so", image, image);
	strcpy(image_path, mini_path(file));
	f = fopen(dtb_path, "rb");
	CHECK(f);
	cfg.dtb_bytes = fread(dtb, 1, sizeof(dtb), f);
	fclose(f);
	cfg.dtb = dtb;
	cfg.manifest_path = dtb_path;
	cfg.image_path = image_path;
	mini_check(!spmc_add_partition(spmc, &cfg, &err), err.text, __LINE__);
}

static inline void create(void)
{
	struct spmc_config cfg = {.profile = "optee-4.10"};
	struct spmc_error err = {""};

	mini_check(!spmc_create(mini.m, &cfg, &spmc, &err), err.text, __LINE__);
}

static inline void smc(struct smc_regs *r)
{
	conduit_smc(r);
}

/* Boots the SPMC and gives the Non-secure world its buffers. */
static inline void boot(void)
{
	struct spmc_error err = {""};
	struct smc_regs r;
	pa_t pa;

	mini_check(!spmc_boot(spmc, &err), err.text, __LINE__);
	pe_self()->world = WORLD_NS;
	pe_self()->ns_irq_masked = false;
	r = (struct smc_regs){.x = {FFA_VERSION, 0x10001}};
	smc(&r);
	CHECK_EQ(r.x[0], 0x10002);
	CHECK(physmem_alloc(&mini.m->mem, PHYS_NS, 2, &pa));
	tx = physmem_at(&mini.m->mem, pa, 8192);
	r = (struct smc_regs){.x = {FFA_RXTX_MAP_64, pa.v, pa.v + 4096, 1}};
	smc(&r);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
}

static inline uint16_t id_of(const char *name)
{
	struct spmc_partition_view view;

	CHECK(spmc_partition_by_name(spmc, name, &view));
	return view.id;
}

#endif
