/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Native back end: an SP is C code in a shared object, and each context runs it on a fiber of its
 * own. An SVC, an interrupt or a fault switches back to the fiber that entered; entering again
 * switches here. State and image pages are secure memory of the machine, so the SPMC can share,
 * protect and count them like those of a real SP.
 * Not modelled: the SP's instructions. Its C locals live on the host stack and survive whatever the
 * SPMC does; what an SPMC could lose is in struct pe_regs and in the SP's own pages.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hostlib.h"
#include "core/watch.h"
#include "sp/entropy.h"
#include "sp/image.h"
#include "sp/keep.h"

TRACE_KIND(trace_sp_log, "sp.log", "a line of an SP's own log", "text$");

#define CODE_PAGES 1
#define OPTIONS_MAX 32

struct ffasim_sp {
	struct ec ec;
	const struct ffasim_sp_image *image;
	struct fiber *fiber;
	struct fiber *caller; /* who entered last */
	uint32_t caller_who;
	const struct smc_regs *in; /* registers of the entry, valid right after it */
	struct ec_exit *out;
	struct smc_regs reentry; /* what a dead SP was entered with */
	void *state;
	uint64_t next_va; /* first image VA not in use */
	uint64_t boot_info_va;
	uint64_t entry_va; /* 0 = main */
	struct ffasim_sp *primary;
	unsigned index;
	ffasim_sp_handler *handler; /* of virtual interrupts */
	bool broken;		    /* ffasim_sp_break() */
	struct prng entropy;
	size_t option_count;
	struct ec_option option[OPTIONS_MAX];
	char *name;
};

static struct ffasim_sp *sp_of(struct ec *ec)
{
	return (struct ffasim_sp *)ec; /* first member */
}

static void load_x(struct ffasim_sp *sp)
{
	if (sp->in)
		memcpy(pe_self()->regs.x, sp->in->x, sizeof(sp->in->x));
}

/* Back to the fiber that entered; returns at the next entry, maybe on another PE. */
static void leave(struct ffasim_sp *sp, enum ec_exit_kind kind)
{
	sp->out->kind = kind;
	WATCH(release, sp);
	pe_switch(sp->caller, sp->caller_who);
	WATCH(acquire, sp);
}

static void native_enter(struct ec *ec, const struct smc_regs *regs, struct ec_exit *exit)
{
	struct ffasim_sp *sp = sp_of(ec);
	struct pe *pe = pe_self();

	sp->in = regs;
	sp->out = exit;
	sp->caller = pe->fiber;
	sp->caller_who = pe->who;
	load_x(sp);
	WATCH(release, sp);
	pe_switch(sp->fiber, ec->who);
	WATCH(acquire, sp);
}

/* An exception at S-EL1: both lines are masked until it returns. */
static void take_virqs(struct ffasim_sp *sp)
{
	struct ec_virq *v = &sp->ec.virq;

	while (ec_virq_due(&sp->ec)) {
		const bool irq = v->irq_masked, fiq = v->fiq_masked;

		v->irq_masked = v->fiq_masked = true;
		pe_charge(cost()->irq_entry_ns);
		sp->handler(sp);
		v->irq_masked = irq;
		v->fiq_masked = fiq;
	}
}

static void native_interrupted(struct ec *ec)
{
	struct ffasim_sp *sp = sp_of(ec);

	leave(sp, EC_EXIT_INTERRUPT);
	if (sp->handler)
		take_virqs(sp);
}

static void sp_main(void *arg);

static int native_reset(struct ec *ec, uint64_t entry_va)
{
	struct ffasim_sp *sp = sp_of(ec);
	struct fiber *fiber = fiber_create(sp->name, FIBER_STACK_SP_BYTES, sp_main, sp);

	if (!fiber)
		return -ENOMEM;
	fiber_destroy(sp->fiber);
	sp->fiber = fiber;
	sp->entry_va = entry_va;
	sp->boot_info_va = 0;
	sp->handler = NULL;
	sp->broken = false;
	return 0;
}

static void native_destroy(struct ec *ec)
{
	struct ffasim_sp *sp = sp_of(ec);

	/* Its pages go back to the zone with machine_reset(): contexts live as long as that. */
	fiber_destroy(sp->fiber);
	for (size_t i = 0; i < sp->option_count; i++) {
		free((char *)sp->option[i].key);
		free((char *)sp->option[i].value);
	}
	free(sp->name);
	free(sp);
}

/* Entered again it runs into the same access. */
static void native_abort(struct ec *ec, uint64_t va)
{
	for (;;)
		ffasim_sp_crash(sp_of(ec), FFASIM_SP_DATA_ABORT, va);
}

static const struct ec_ops native_ops = {
	.name = "native",
	.enter = native_enter,
	.interrupted = native_interrupted,
	.destroy = native_destroy,
	.reset = native_reset,
	.abort = native_abort,
};

static void sp_main(void *arg)
{
	struct ffasim_sp *sp = arg;

	WATCH(acquire, sp);
	if (!sp->boot_info_va && sp->in)
		sp->boot_info_va = sp->in->x[0];
	ec_entered(&sp->ec);
	if (sp->entry_va == FFASIM_SP_SECONDARY_VA && sp->image->secondary)
		sp->image->secondary(sp, sp->boot_info_va);
	else if (!sp->entry_va || sp->entry_va == FFASIM_SP_MAIN_VA)
		sp->image->main(sp, sp->boot_info_va);
	/* Nothing to return to: a real SP would run into whatever follows its code. */
	for (;;)
		ffasim_sp_crash(sp, FFASIM_SP_INSN_ABORT, 0);
}

/* Images stay loaded for the life of the process; machines come and go. */
struct loaded {
	struct loaded *next;
	const struct ffasim_sp_image *image;
	char path[];
};
static struct loaded *loaded_images;

static int image_load(const char *path, const struct ffasim_sp_image **out, const char **why)
{
	const size_t bytes = strlen(path) + 1;
	const struct ffasim_sp_image *image;
	struct loaded *entry;
	void *handle;
	int err;

	for (entry = loaded_images; entry; entry = entry->next)
		if (!strcmp(entry->path, path)) {
			*out = entry->image;
			return 0;
		}
	entry = malloc(sizeof(*entry) + bytes + 2);
	if (!entry) {
		*why = "out of memory";
		return -ENOMEM;
	}
	/* Without a slash dlopen() would search the library path. */
	sprintf(entry->path, "%s%s", strchr(path, '/') ? "" : "./", path);
	hostlib_begin();
	handle = dlopen(entry->path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		*why = "SP image cannot be loaded: damaged, or it uses unknown symbols";
		err = -ENOEXEC;
		goto fail_entry;
	}
	image = dlsym(handle, "ffasim_sp_image");
	if (!image) {
		*why = "not an SP image: no symbol ffasim_sp_image";
		err = -ENOEXEC;
		goto fail_handle;
	}
	if (image->abi != FFASIM_SP_ABI) {
		*why = "SP image was built for another ABI version";
		err = -ENOEXEC;
		goto fail_handle;
	}
	hostlib_end(image);
	memcpy(entry->path, path, bytes);
	entry->image = image;
	entry->next = loaded_images;
	loaded_images = entry;
	*out = image;
	return 0;

fail_handle:
	dlclose(handle);
fail_entry:
	free(entry);
	return err;
}

static uint64_t image_pages(struct ffasim_sp *sp, unsigned pages, uint32_t access)
{
	const uint64_t va = sp->next_va;
	pa_t pa;

	if (!pages || pages > (EC_FREE_VA - va) / PHYS_PAGE_BYTES ||
	    !physmem_alloc(&machine->mem, PHYS_S, pages, &pa))
		return 0;
	if (ec_map_add(&sp->ec, va, pa, pages, access)) {
		physmem_free(&machine->mem, pa);
		return 0;
	}
	sp->next_va += pages * PHYS_PAGE_BYTES;
	return va;
}

static int copy_options(struct ffasim_sp *sp, const struct ec_config *cfg)
{
	if (cfg->option_count > OPTIONS_MAX)
		return -E2BIG;
	for (size_t i = 0; i < cfg->option_count; i++) {
		struct ec_option *o = &sp->option[sp->option_count++];

		o->key = strdup(cfg->options[i].key);
		o->value = strdup(cfg->options[i].value);
		if (!o->key || !o->value)
			return -ENOMEM;
	}
	return 0;
}

/* Code and state of a partition's first context; the others use them. */
static int load_image(struct ffasim_sp *sp, const struct ec_config *cfg)
{
	uint64_t va = 0;

	if (cfg->primary) {
		sp->primary = sp_of(cfg->primary);
		sp->ec.space = cfg->primary;
		sp->index = cfg->index;
		sp->state = sp->primary->state;
		return 0;
	}
	if (image_pages(sp, CODE_PAGES, EC_MAP_R | EC_MAP_X))
		va = image_pages(sp, sp->image->state_bytes / PHYS_PAGE_BYTES + 1,
				 EC_MAP_R | EC_MAP_W);
	if (!va)
		return -ENOMEM;
	sp->state = ec_va(&sp->ec, va, sp->image->state_bytes + 1, EC_MAP_R | EC_MAP_W);
	return 0;
}

/* FNV-1a. */
static uint64_t name_hash(const char *name)
{
	uint64_t h = 14695981039346656037ull;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 1099511628211ull;
	return h;
}

static int native_create(const struct ec_config *cfg, struct ec **out, const char **why)
{
	const struct ffasim_sp_image *image;
	struct ffasim_sp *sp;
	int err;

	err = image_load(cfg->image_path, &image, why);
	if (err)
		return err;
	sp = calloc(1, sizeof(*sp));
	if (!sp) {
		*why = "out of memory";
		return -ENOMEM;
	}
	ec_init(&sp->ec, &native_ops, cfg->name);
	sp->image = image;
	sp->boot_info_va = cfg->boot_info_va;
	sp->next_va = EC_IMAGE_VA;
	err = copy_options(sp, cfg);
	if (err) {
		*why = err == -E2BIG ? "too many options" : "out of memory";
		goto fail;
	}
	err = load_image(sp, cfg);
	if (err) {
		*why = "no secure memory left for the SP image";
		goto fail;
	}
	sp->name = strdup(cfg->name);
	prng_seed(&sp->entropy, machine->cfg.seed ^ name_hash(cfg->name));
	sp->fiber = fiber_create(cfg->name, FIBER_STACK_SP_BYTES, sp_main, sp);
	if (!sp->name || !sp->fiber) {
		*why = "out of memory";
		err = -ENOMEM;
		goto fail;
	}
	*out = &sp->ec;
	return 0;

fail:
	native_destroy(&sp->ec);
	return err;
}

const struct ec_backend native_backend = {
	.name = "native",
	.recognises = image_is_host_object,
	.create = native_create,
};

/* What the SP calls. */

void *ffasim_sp_state(struct ffasim_sp *sp)
{
	return sp->state;
}

const char *ffasim_sp_name(const struct ffasim_sp *sp)
{
	return sp->name;
}

const char *ffasim_sp_option(const struct ffasim_sp *sp, const char *key)
{
	for (size_t i = 0; i < sp->option_count; i++)
		if (!strcmp(sp->option[i].key, key))
			return sp->option[i].value;
	return NULL;
}

uint64_t ffasim_sp_option_u64(const struct ffasim_sp *sp, const char *key, uint64_t otherwise)
{
	static const struct {
		const char *suffix;
		uint64_t factor;
	} units[] = {{"", 1},	      {"ns", 1},	 {"us", 1000},
		     {"ms", 1000000}, {"s", 1000000000}, {"min", 60000000000}};
	const char *text = ffasim_sp_option(sp, key);
	char *end;
	uint64_t value;

	if (!text)
		return otherwise;
	value = strtoull(text, &end, 0);
	if (end == text)
		return otherwise;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(end, units[i].suffix))
			return value * units[i].factor;
	return otherwise;
}

void ffasim_sp_svc(struct ffasim_sp *sp, struct smc_regs *regs)
{
	memcpy(pe_self()->regs.x, regs->x, sizeof(regs->x));
	sp->out->regs = *regs;
	leave(sp, EC_EXIT_SVC);
	if (sp->in)
		*regs = *sp->in;
	ec_entered(&sp->ec);
	if (sp->handler)
		take_virqs(sp);
}

void ffasim_sp_work_ns(struct ffasim_sp *sp, uint64_t ns)
{
	pe_charge(ns);
}

uint64_t ffasim_sp_el0_ns(const struct ffasim_sp *sp)
{
	return sp->ec.el0_ns + (pe_self()->now_ns - sp->ec.entered_ns);
}

struct pe_regs *ffasim_sp_regs(struct ffasim_sp *sp)
{
	return &pe_self()->regs;
}

void *ffasim_sp_va(struct ffasim_sp *sp, uint64_t va, size_t len_bytes, bool write)
{
	return ec_view(&sp->ec, va, len_bytes, write ? EC_MAP_R | EC_MAP_W : EC_MAP_R);
}

uint64_t ffasim_sp_alloc_pages(struct ffasim_sp *sp, unsigned pages)
{
	return image_pages(sp->primary ? sp->primary : sp, pages, EC_MAP_R | EC_MAP_W);
}

unsigned ffasim_sp_context(const struct ffasim_sp *sp)
{
	return sp->index;
}

unsigned ffasim_sp_pstate(struct ffasim_sp *sp, unsigned masked)
{
	struct ec_virq *v = &sp->ec.virq;
	const unsigned was =
		(v->irq_masked ? FFASIM_PSTATE_I : 0) | (v->fiq_masked ? FFASIM_PSTATE_F : 0);

	v->irq_masked = masked & FFASIM_PSTATE_I;
	v->fiq_masked = masked & FFASIM_PSTATE_F;
	pe_point();
	if (sp->handler)
		take_virqs(sp);
	return was;
}

void ffasim_sp_irq_handler(struct ffasim_sp *sp, ffasim_sp_handler *handler)
{
	sp->handler = handler;
}

void ffasim_sp_irq_enable(struct ffasim_sp *sp, unsigned intid, bool on)
{
	if (intid < EC_VIRQ_MAX)
		ec_virq_enable(&sp->ec, intid, on);
}

unsigned ffasim_sp_irq_get(struct ffasim_sp *sp)
{
	const unsigned intid = ec_virq_first(&sp->ec);

	if (intid == EC_VIRQ_MAX)
		return FFASIM_IRQ_NONE;
	ec_virq_clear(&sp->ec, intid);
	return intid;
}

void ffasim_sp_break(struct ffasim_sp *sp)
{
	sp->broken = true;
}

uint64_t ffasim_sp_work_until_break_ns(struct ffasim_sp *sp, uint64_t ns)
{
	const uint64_t left_ns = pe_charge_until(ns, &sp->broken);

	sp->broken = false;
	return left_ns;
}

void ffasim_sp_crash(struct ffasim_sp *sp, enum ffasim_sp_fault fault, uint64_t addr)
{
	sp->out->fault = fault;
	sp->out->fault_addr = addr;
	leave(sp, EC_EXIT_FAULT);
	if (sp->in)
		sp->reentry = *sp->in;
	pe_point();
}

const struct smc_regs *ffasim_sp_reentry_regs(const struct ffasim_sp *sp)
{
	return &sp->reentry;
}

void ffasim_sp_entropy(struct ffasim_sp *sp, void *buf, size_t len_bytes)
{
	entropy_take(sp->primary ? &sp->primary->entropy : &sp->entropy, buf, len_bytes);
}

int ffasim_sp_keep(struct ffasim_sp *sp, const char *name, const void *data, size_t len_bytes)
{
	return keep_save(ffasim_sp_name(sp), name, data, len_bytes);
}

int ffasim_sp_kept(struct ffasim_sp *sp, const char *name, void *data, size_t room_bytes,
		   size_t *len_bytes)
{
	return keep_load(ffasim_sp_name(sp), name, data, room_bytes, len_bytes);
}

int ffasim_sp_forget(struct ffasim_sp *sp, const char *name)
{
	return keep_drop(ffasim_sp_name(sp), name);
}

void ffasim_sp_log(struct ffasim_sp *sp, const char *fmt, ...)
{
	char text[200];
	va_list args;
	int n;

	if (!machine->trace.on)
		return;
	n = snprintf(text, sizeof(text), "%s: ", sp->name);
	if (n < 0 || (size_t)n >= sizeof(text))
		n = 0;
	va_start(args, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, args);
	va_end(args);
	TRACE(&machine->trace, trace_sp_log, trace_intern(text));
}
