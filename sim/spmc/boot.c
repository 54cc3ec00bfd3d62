/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Loading and booting SPs (optee.md 3.11-3.13): ids in load order, boot in boot order, each SP with
 * its boot information and patched manifest until its first MSG_WAIT. Boot runs with foreign
 * interrupts masked.
 * Contexts of other PEs are entered when these come on (power.c).
 * Not modelled: FIP packages, arm,ffa-core-manifest; boot thread 0.
 */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_sp_boot, "sp.boot", "an SP is about to be initialised", "sp$", "id", "order");

static int fail(struct spmc_error *err, const char *what, const char *why, int code)
{
	err->property[0] = err->node[0] = 0;
	snprintf(err->text, sizeof(err->text), "%s: %s", what, why);
	return code;
}

static int copy_options(struct sp *sp, const struct spmc_partition_config *cfg)
{
	if (!cfg->option_count)
		return 0;
	sp->options = calloc(cfg->option_count, sizeof(*sp->options));
	if (!sp->options)
		return -ENOMEM;
	for (size_t i = 0; i < cfg->option_count; i++) {
		sp->options[i].key = strdup(cfg->options[i].key);
		sp->options[i].value = strdup(cfg->options[i].value);
		sp->option_count++;
	}
	return 0;
}

static void put_id(struct spmc *s, struct sp *sp, endpoint_id id)
{
	sp->id = id;
	s->by_id[id.v - FFA_ID_SPMC] = sp;
}

static int fail_id(struct spmc_error *err, const char *path, const char *why)
{
	fail(err, path, why, -EINVAL);
	snprintf(err->property, sizeof(err->property), "id");
	return -EINVAL;
}

/* A wished id may be held by an SP that did not ask for one: they swap (3.12). */
static int assign_id(struct spmc *s, struct sp *sp, const char *path, struct spmc_error *err)
{
	unsigned slot = quirk(s, Q_OPTEE_ENDPOINT) ? 2 : 1;
	struct sp *holder;

	while (s->by_id[slot] || lsp_by_id(s, endpoint_of(FFA_ID_SPMC + slot)))
		slot++;
	put_id(s, sp, endpoint_of(FFA_ID_SPMC + slot));
	if (!sp->mf.id || sp->mf.id == sp->id.v)
		return 0;
	if (sp->mf.id == FFA_ID_SPMC || lsp_by_id(s, endpoint_of(sp->mf.id)))
		return fail_id(err, path, "id: reserved");
	holder = sp_by_id(s, endpoint_of(sp->mf.id));
	if (holder && holder->mf.id)
		return fail_id(err, path, "id: already taken by another SP");
	s->by_id[slot] = NULL;
	if (holder)
		put_id(s, holder, sp->id);
	put_id(s, sp, endpoint_of(sp->mf.id));
	return 0;
}

/* Kept sorted; ties keep load order, absent = last. */
static void insert_in_order(struct spmc *s, struct sp *sp)
{
	size_t at = s->sp_count;

	while (at && s->order[at - 1]->mf.boot_order > sp->mf.boot_order) {
		s->order[at] = s->order[at - 1];
		at--;
	}
	s->order[at] = sp;
	s->sp[s->sp_count++] = sp;
}

static void free_sp(struct sp *sp)
{
	for (size_t i = 0; i < sp->option_count; i++) {
		free((char *)sp->options[i].key);
		free((char *)sp->options[i].value);
	}
	free(sp->options);
	free(sp->ctx);
	free(sp->image_path);
	free(sp->dtb);
	free(sp->name);
	free(sp);
}

/* Stays listed, answers NOT_SUPPORTED (golden.md, "Action 1 in the manifest"). */
static void mark_refused(struct spmc *s, struct sp *sp, const struct spmc_error *err)
{
	sp->mf.messaging_method = 0;
	sp->mf.vm_messages = 0;
	sp->mf.id = 0;
	sp->mf.boot_order = UINT32_MAX;
	sp->mf.ffa_version = 0;
	sp->refused = "manifest refused";
	spmc_console(s, sp, err->text);
}

static int make_contexts(struct sp *sp)
{
	char name[80];

	sp->ctx_count = sp->mf.contexts ? sp->mf.contexts : 1;
	sp->ctx = calloc(sp->ctx_count, sizeof(*sp->ctx));
	if (!sp->ctx)
		return -ENOMEM;
	for (unsigned i = 0; i < sp->ctx_count; i++)
		sp->ctx[i] = (struct sp_ec){
			.sp = sp,
			.who = sp->who,
			.index = (uint16_t)i,
			.state = sp->refused ? SP_DEAD
				 : i	     ? SP_OFF
					     : SP_BOOTING,
			.thread = SPMC_NO_THREAD,
			.action = (uint8_t)sp->mf.ns_action,
		};
	for (unsigned i = 0; sp->ctx_count > 1 && i < sp->ctx_count; i++) {
		snprintf(name, sizeof(name), "%s.%u", sp->name, i);
		sp->ctx[i].who = trace_intern(name);
	}
	return 0;
}

int spmc_add_partition(struct spmc *s, const struct spmc_partition_config *cfg,
		       struct spmc_error *err)
{
	const char *path = cfg->manifest_path ? cfg->manifest_path : cfg->name;
	struct sp *sp;
	int code;

	if (s->sp_count == SPMC_SPS_MAX)
		return fail(err, path, "file: too many partitions", -EINVAL);
	sp = calloc(1, sizeof(*sp));
	if (!sp)
		return fail(err, path, "file: out of memory", -ENOMEM);
	sp->spmc = s;
	sp->load_index = s->sp_count;
	sp->name = strdup(cfg->name);
	sp->image_path = cfg->image_path ? strdup(cfg->image_path) : NULL;
	if (!sp->name || copy_options(sp, cfg)) {
		code = fail(err, path, "file: out of memory", -ENOMEM);
		goto out_sp;
	}
	sp->who = trace_intern(sp->name);
	/* The override step copies; a refusal leaves sp->dtb untouched. */
	{
		void *dtb = (void *)(uintptr_t)cfg->dtb;
		size_t bytes = cfg->dtb_bytes;

		code = manifest_override(&dtb, &bytes, cfg->overrides, path, err);
		if (code)
			goto out_sp;
		sp->dtb = dtb;
		sp->dtb_bytes = bytes;
	}
	code = manifest_parse(s, sp->dtb, &sp->mf, path, err);
	if (code && s->skip_failed_sps)
		mark_refused(s, sp, err);
	else if (code)
		goto out_sp;
	sp->version = sp->mf.ffa_version;
	if (sp->mf.notifications && sp->version >= FFA_VERSION_1_1 && !quirk(s, Q_NTF_OPTEE) &&
	    !quirk(s, Q_NO_NOTIFICATIONS))
		sp->notify = (struct notify_box){.created = true, .vcpus = 1};
	if (make_contexts(sp)) {
		code = fail(err, path, "file: out of memory", -ENOMEM);
		goto out_sp;
	}
	code = assign_id(s, sp, path, err);
	if (code)
		goto out_id;
	insert_in_order(s, sp);
	if (!sp->refused)
		manifest_report_unknown(sp);
	return 0;

out_id:
	if (sp_by_id(s, sp->id) == sp)
		s->by_id[sp->id.v - FFA_ID_SPMC] = NULL;
out_sp:
	free_sp(sp);
	return code;
}

static uint32_t region_access(const struct manifest_region *rg)
{
	uint32_t access = rg->device ? EC_MAP_DEVICE : 0;

	access |= rg->attributes & 1 ? EC_MAP_R : 0;
	access |= rg->attributes & 2 ? EC_MAP_W : 0;
	return access | (rg->attributes & 4 ? EC_MAP_X : 0);
}

/* A part of the image: its pages get the region's rights (flat images come read and execute only).
 */
static int map_image_region(struct sp *sp, const struct manifest_region *rg, uint64_t *va)
{
	*va = EC_IMAGE_VA + rg->load_offset;
	if (rg->load_offset >= EC_IMAGE_BYTES ||
	    mem_perm_remap(sp->ec, *va, rg->pages, region_access(rg)))
		return -EFAULT;
	return 0;
}

/* Memory with an address of its own is a carve-out: neither the SPMC nor Linux hands it out, and so
 * no image or boot page is in it by the time it is mapped. */
static int reserve_regions(struct spmc *s, struct sp *sp, struct spmc_error *err)
{
	for (uint32_t i = 0; i < sp->mf.region_count; i++) {
		const struct manifest_region *rg = &sp->mf.region[i];

		if (!rg->has_base || rg->device || rg->has_offset)
			continue;
		if (!physmem_at(&s->m->mem, pa_of(rg->base), rg->pages * PHYS_PAGE_BYTES))
			return fail(err, rg->name, "region is not in the machine's memory",
				    -EINVAL);
		if (!physmem_reserve(&s->m->mem, pa_of(rg->base), (uint32_t)rg->pages))
			return fail(err, rg->name,
				    "region overlaps memory that somebody else has already",
				    -EINVAL);
	}
	return 0;
}

static int map_own_region(struct spmc *s, struct sp *sp, const struct manifest_region *rg,
			  uint64_t *out)
{
	const size_t bytes = rg->pages * PHYS_PAGE_BYTES;
	const uint64_t va = ec_va_find_free(sp->ec, rg->pages);
	pa_t pa = pa_of(rg->base);

	if (!va)
		return -ENOSPC;
	if (!rg->has_base && !physmem_alloc(&s->m->mem, PHYS_S, rg->pages, &pa))
		return -ENOMEM;
	if (rg->has_base && !rg->device && !physmem_at(&s->m->mem, pa, bytes))
		return -EFAULT;
	*out = va;
	return ec_map_add(sp->ec, va, pa, rg->pages, region_access(rg)) ? -ENOSPC : 0;
}

/* Maps one region and writes its VA back into the manifest copy. */
static int map_region(struct spmc *s, struct sp *sp, const struct manifest_region *rg)
{
	uint64_t va;
	fdt64_t cell;
	int node, err;

	err = rg->has_offset ? map_image_region(sp, rg, &va) : map_own_region(s, sp, rg, &va);
	if (err)
		return err;
	cell = cpu_to_fdt64(va);
	/* By name each time: growing one node moves the others. */
	node = fdt_node_offset_by_compatible(
		sp->dtb, -1, rg->device ? MANIFEST_DEVICE_REGIONS : MANIFEST_MEMORY_REGIONS);
	node = fdt_subnode_offset(sp->dtb, node, rg->name);
	return fdt_setprop(sp->dtb, node, "base-address", &cell, sizeof(cell)) ? -ENOSPC : 0;
}

struct boot_pages {
	pa_t info, manifest;
	uint64_t info_va, manifest_va;
	uint32_t manifest_pages;
};

static int map_page(struct spmc *s, struct sp *sp, uint32_t pages, pa_t *pa, uint64_t *va)
{
	*va = ec_va_find_free(sp->ec, pages);
	if (!*va || !physmem_alloc(&s->m->mem, PHYS_S, pages, pa))
		return -ENOMEM;
	return ec_map_add(sp->ec, *va, *pa, pages, EC_MAP_R);
}

static int build_boot_info(struct spmc *s, struct sp *sp, struct boot_pages *bp)
{
	const uint32_t bytes = fdt_totalsize(sp->dtb);
	int err;

	bp->manifest_pages = (uint32_t)((bytes + PHYS_PAGE_BYTES - 1) / PHYS_PAGE_BYTES);
	err = map_page(s, sp, bp->manifest_pages, &bp->manifest, &bp->manifest_va);
	if (!err)
		err = map_page(s, sp, 1, &bp->info, &bp->info_va);
	if (err)
		return err;
	memcpy(physmem_at(&s->m->mem, bp->manifest, bytes), sp->dtb, bytes);
	ffa_boot_info_encode(physmem_at(&s->m->mem, bp->info, PHYS_PAGE_BYTES), PHYS_PAGE_BYTES,
			     sp->mf.ffa_version, bp->manifest_va, bytes);
	return 0;
}

static void drop_boot_info(struct spmc *s, struct sp *sp, const struct boot_pages *bp)
{
	ec_note_add(sp->ec, bp->info_va, 1, "boot information until init ended", 0);
	ec_note_add(sp->ec, bp->manifest_va, bp->manifest_pages, "manifest until init ended", 0);
	ec_map_remove(sp->ec, bp->info_va, 1);
	ec_map_remove(sp->ec, bp->manifest_va, bp->manifest_pages);
	physmem_free(&s->m->mem, bp->info);
	physmem_free(&s->m->mem, bp->manifest);
}

struct boot_timer {
	struct ev ev;
	struct spmc *s;
	struct sp *sp;
};

static void never_initialised(struct ev *ev)
{
	struct boot_timer *t = ev->ctx;

	report_add(&t->s->m->report, FINDING_NO_PROGRESS, machine_where(t->s->m),
		   "SP %s never initialised: no MSG_WAIT after %u s", t->sp->name,
		   t->s->profile->boot_limit_s);
	machine_stop(t->s->m, MACHINE_HALTED, "an SP never reached its first MSG_WAIT");
}

/* PSTATE of a context that was never entered: everything masked (S-EL1). */
static void reset_virqs(struct sp_ec *ctx)
{
	ctx->ec->virq = (struct ec_virq){.irq_masked = true, .fiq_masked = true};
	ec_virq_line(ctx->ec, SPMC_MEI_INTID, !ctx->sp->mf.managed_exit_virq);
}

static int make_ec(struct spmc *s, struct sp_ec *ctx, struct ec_config cfg, const char **why)
{
	struct sp *sp = ctx->sp;
	int code;

	if (sp->ctx_count > 1)
		cfg.name = trace_name(ctx->who);
	cfg.primary = sp->ec;
	cfg.index = ctx->index;
	code = s->ec_factory(&cfg, &ctx->ec, why);
	if (code)
		return code;
	if (!sp->ec)
		sp->ec = ctx->ec;
	ctx->ec->owner = sp;
	ctx->ec->el1 = sp->mf.el1;
	reset_virqs(ctx);
	return 0;
}

int boot_enter(struct spmc *s, struct sp_ec *ctx, struct smc_regs *r)
{
	struct ec *ec = ctx->ec;
	int err = 0;

	if (ctx->index || ctx->entered) { /* the first entry of all begins where the image does */
		if (!ec->ops->reset)
			return -ENOTSUP;
		err = ec->ops->reset(ec, ctx->sp->secondary_va);
		if (err)
			return err;
		reset_virqs(ctx);
	}
	ctx->entered = true;
	ctx->rtm = RTM_INIT;
	ctx->entry_reason = ENTRY_REQUEST;
	ctx->saved = (struct pe_regs){0};
	exec_run(s, ctx, r, false);
	return 0;
}

static int load(struct spmc *s, struct sp *sp, struct spmc_error *err)
{
	struct ec_config cfg = {
		.name = sp->name,
		.image_path = sp->image_path,
		.flat = !sp->mf.elf_format,
		.options = sp->options,
		.option_count = sp->option_count,
	};
	const char *why = "cannot be loaded";
	int code = 0;

	for (unsigned i = 0; i < sp->ctx_count && !code; i++)
		code = make_ec(s, &sp->ctx[i], cfg, &why);
	if (code)
		return fail(err, sp->image_path ? sp->image_path : sp->name, why, code);
	secure_irq_own(s, sp);
	for (uint32_t i = 0; i < sp->mf.region_count; i++)
		if (map_region(s, sp, &sp->mf.region[i]))
			return fail(err, sp->mf.region[i].name, "region cannot be mapped", -EINVAL);
	return 0;
}

/* One line: what it died of, and where all of it is shown. */
static int failed(struct spmc *s, const struct sp *sp, struct spmc_error *err)
{
	char why[240] = "SP failed to initialise";

	if (s->died_of[0])
		snprintf(why, sizeof(why), "SP failed to initialise: %s (--log all: its registers)",
			 s->died_of);
	return fail(err, sp->name, why, -EINVAL);
}

static int boot_one(struct spmc *s, struct sp *sp, struct spmc_error *err)
{
	struct sp_ec *ctx = &sp->ctx[0];
	struct boot_timer timer = {.ev = {.fn = never_initialised}, .s = s, .sp = sp};
	struct boot_pages bp = {0};
	struct smc_regs r = {0};
	int code = load(s, sp, err);

	if (code)
		return code;
	if (build_boot_info(s, sp, &bp))
		return fail(err, sp->name, "no room for boot information", -ENOMEM);
	TRACE(&s->m->trace, trace_sp_boot, sp->who, sp->id.v, sp->mf.boot_order);
	timer.ev.ctx = &timer;
	evq_add(&s->m->evq, &timer.ev,
		pe_self()->now_ns + s->profile->boot_limit_s * 1000000000ULL);
	if (sp->mf.boot_info)
		r.x[sp->mf.gp_register] = bp.info_va;
	if (ctx->ec->el1)
		r.x[4] = pe_self()->id; /* linear index of the PE (ffa.md 7.1) */
	s->died_of[0] = 0;
	boot_enter(s, ctx, &r);
	evq_cancel(&s->m->evq, &timer.ev);
	drop_boot_info(s, sp, &bp);
	if (!ctx->initialised)
		return failed(s, sp, err);
	return 0;
}

/* One step of a partition's boot; it may be that the others go on without it. */
static int boot_step(struct spmc *s, struct sp *sp,
		     int (*step)(struct spmc *s, struct sp *sp, struct spmc_error *err),
		     struct spmc_error *err)
{
	int code;

	if (sp->refused || sp->ctx[0].state == SP_DEAD)
		return 0;
	code = step(s, sp, err);
	if (!code || !s->skip_failed_sps)
		return code;
	sp_set_state(&sp->ctx[0], SP_DEAD);
	spmc_console(s, sp, err->text);
	return 0;
}

int spmc_boot(struct spmc *s, struct spmc_error *err)
{
	struct pe *pe = pe_self();
	const enum pe_world was = pe->world;
	const bool masked = pe->s_irq_masked;
	struct smc_regs ready = {.x = {FFA_MSG_WAIT}};
	int code = 0;

	pe->world = WORLD_S;
	pe->s_irq_masked = true;
	pe->came_on = false; /* told by this */
	for (size_t i = 0; i < s->sp_count && !code; i++)
		code = boot_step(s, s->order[i], reserve_regions, err);
	for (size_t i = 0; i < s->sp_count && !code; i++)
		code = boot_step(s, s->order[i], boot_one, err);
	s->booted = true;
	if (!code)
		spmd_call(s, &ready);
	pe = pe_self();
	pe->world = was;
	pe->s_irq_masked = masked;
	return code;
}
