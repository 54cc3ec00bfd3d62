/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Putting a world together: one machine per process, reset for each new world; SPMC and partitions;
 * fake kernel and modules; the boot flow on PE 0.
 */
#include "host/world.h"
#include <errno.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check/invariants.h"
#include "explore/instrument.h"
#include "host/files.h"
#include "sp/guest_debug.h"

/* Kept between worlds: its memory mappings and pools make the next start cheap. */
static struct machine *kept;

__attribute__((destructor)) static void drop_kept(void)
{
	machine_destroy(kept);
	kept = NULL;
}

void world_config_init(struct world_config *cfg)
{
	memset(cfg, 0, sizeof(*cfg));
	machine_config_init(&cfg->machine);
	klinux_config_init(&cfg->linux_cfg);
	cfg->spmc.profile = "optee-4.10";
}

static int fail(struct world *w, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static int fail(struct world *w, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->error, sizeof(w->error), fmt, ap);
	va_end(ap);
	return err;
}

static int make_machine(struct world *w, const struct machine_config *cfg)
{
	if (kept && machine_reset(kept, cfg)) {
		machine_destroy(kept); /* other memory sizes, or a bad configuration */
		kept = NULL;
	}
	if (!kept)
		kept = machine_create(cfg);
	w->m = kept;
	return kept ? 0 : fail(w, -EINVAL, "%s", machine_why_not());
}

/* Property elf-format of a manifest, as the scenario overrides it; 0 or absent: a flat binary. */
static bool wants_flat(const void *dtb, const char *const *overrides)
{
	int len;
	const fdt32_t *cell = fdt_getprop(dtb, 0, "elf-format", &len);
	bool flat = !cell || len != sizeof(*cell) || !fdt32_to_cpu(*cell);

	for (; overrides && overrides[0]; overrides += 2)
		if (!strcmp(overrides[0], "elf-format"))
			flat = !strtoul(overrides[1], NULL, 0);
	return flat;
}

/* The back end for AArch64 code is loaded when the first such image is seen. */
static int image_check(const char *image, bool flat, const char **why)
{
	const char *name = ec_image_backend(image, flat);
	const char *module = NULL;

	if (name && !strcmp(name, "el0")) {
		module = world_find_file("backend", "el0.backend.so");
		if (!module) {
			*why = "AArch64 code, and this build has no back end for it "
			       "(libunicorn-dev was missing)";
			return -ENOEXEC;
		}
		if (ec_backend_load(module, why))
			return -ENOEXEC;
	}
	return ec_image_check(image, flat, why);
}

/* The SPMC's text begins with the manifest's path; its source has a line. */
static int refused(struct world *w, const char *manifest, const struct spmc_error *err)
{
	const size_t n = strlen(manifest);
	char where[1100];

	if (strncmp(err->text, manifest, n))
		return fail(w, -EINVAL, "%s", err->text);
	return fail(w, -EINVAL, "%s%s", host_manifest_where(manifest, err, where, sizeof(where)),
		    err->text + n);
}

static int add_partition(struct world *w, const struct world_partition *p)
{
	struct spmc_partition_config cfg = {
		.name = p->name,
		.manifest_path = p->manifest,
		.overrides = p->overrides,
		.options = p->options,
		.option_count = p->option_count,
	};
	struct spmc_error err = {""};
	const char *image_why;
	char why[200], image[1024];
	void *dtb;
	int ret;

	dtb = host_manifest_load(p->manifest, &cfg.dtb_bytes, why, sizeof(why));
	if (!dtb)
		return fail(w, -EINVAL, "%s: %s", p->manifest, why);
	cfg.dtb = dtb;
	ret = host_image_find(p->image, p->manifest, image, sizeof(image));
	if (w->access_points)
		host_prefer_instrumented(image, sizeof(image));
	cfg.image_path = image;
	if (ret)
		ret = fail(w, -EINVAL, "%s: no such image", p->image ? p->image : image);
	else if (image_check(image, wants_flat(dtb, p->overrides), &image_why))
		ret = fail(w, -EINVAL, "%s: %s: %s", p->name, p->image ? p->image : "native image",
			   image_why);
	else if (spmc_add_partition(w->spmc, &cfg, &err))
		ret = refused(w, p->manifest, &err);
	else if (!strcmp(ec_image_backend(image, wants_flat(dtb, p->overrides)), "el0"))
		guest_planned(trace_intern(p->name));
	free(dtb);
	return ret;
}

const char *const *world_default_modules(void)
{
	static const char *const names[] = {"tee",   "arm_ffa-bus", "arm_ffa",
					    "optee", "tstee",	    NULL};

	return names;
}

static bool is_used(const struct world_config *cfg, const char *name)
{
	for (size_t i = 0; i < cfg->use_count; i++)
		if (!strcmp(cfg->use[i].name, name))
			return true;
	return false;
}

struct module_list {
	struct world_module m[2 * WORLD_MODULES_MAX];
	size_t count;
};

static struct world_module *entry(struct module_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->m[i].name, name))
			return &l->m[i];
	l->m[l->count] = (struct world_module){.name = name};
	return &l->m[l->count++];
}

/* The list of the scenario, or the default one; then what is given on top of it. */
static void make_list(const struct world_config *cfg, struct module_list *l)
{
	for (size_t i = 0; i < cfg->module_count; i++) {
		/* The core driver needs the bus; a list that names only the core means both. */
		if (!strcmp(cfg->module[i].name, "arm_ffa"))
			entry(l, "arm_ffa-bus");
		*entry(l, cfg->module[i].name) = cfg->module[i];
	}
	for (const char *const *n = world_default_modules(); !cfg->module_count && *n; n++)
		if (strcmp(*n, "optee") || cfg->optee || is_used(cfg, *n))
			entry(l, *n);
	for (size_t i = 0; i < cfg->use_count; i++) {
		struct world_module *m = entry(l, cfg->use[i].name);

		m->path = cfg->use[i].path ? cfg->use[i].path : m->path;
		m->params = cfg->use[i].params ? cfg->use[i].params : m->params;
	}
}

static int add_module(struct world *w, const struct world_config *cfg, const struct world_module *m)
{
	const char *file = m->name, *path = m->path, *why = "";
	char name[64], chosen[1024];

	if (!strcmp(file, "tstee") && cfg->tstee_flavour && !strcmp(cfg->tstee_flavour, "rfc"))
		file = "tstee_rfc";
	snprintf(name, sizeof(name), "%s.ko.so", file);
	if (!path)
		path = world_find_file("module", name);
	if (!path)
		return fail(w, -ENOENT, "module %s: %s is not built", m->name, name);
	snprintf(chosen, sizeof(chosen), "%s", path);
	if (w->access_points)
		host_prefer_instrumented(chosen, sizeof(chosen));
	if (klinux_module_add(w->k, m->name, chosen, &why))
		return fail(w, -EINVAL, "module %s%s%s%s: %s", m->name, m->path ? " (" : "",
			    m->path ? m->path : "", m->path ? ")" : "", why);
	if (m->path && is_used(cfg, m->name))
		klinux_module_watch(w->k);
	for (const char *const *p = m->params; p && *p; p += 2)
		if (klinux_module_param(w->k, p[0], p[1], &why))
			return fail(w, -EINVAL, "module %s: %s", m->name, why);
	return 0;
}

static int add_modules(struct world *w, const struct world_config *cfg)
{
	struct module_list l = {.count = 0};
	int err = 0;

	if (!cfg->no_modules)
		make_list(cfg, &l);
	for (size_t i = 0; i < l.count && !err; i++)
		err = add_module(w, cfg, &l.m[i]);
	return err;
}

struct boot {
	struct world *w;
	const struct world_config *cfg;
	struct fiber *fiber;
};

static void boot_flow(void *arg)
{
	struct boot b = *(struct boot *)arg;
	struct world *w = b.w;
	struct spmc_error err = {""};
	int ret = spmc_boot(w->spmc, &err);

	if (ret) {
		snprintf(w->error, sizeof(w->error), "%s", err.text);
		report_add(&w->m->report, FINDING_DETECTOR, machine_where(w->m), "boot: %s",
			   err.text);
		machine_stop(w->m, MACHINE_HALTED, "the secure world did not boot");
	}
	ret = klinux_boot(w->k);
	if (ret)
		report_add(&w->m->report, FINDING_DETECTOR, machine_where(w->m),
			   "boot: the kernel's initcalls failed with %d", ret);
	if (b.cfg->ready)
		b.cfg->ready(b.cfg->ready_arg);
	klinux_idle(w->k);
}

static struct world_config cfg_now; /* large; one world at a time */
static struct boot boot_now;

int world_create(struct world *w, const struct world_config *cfg)
{
	struct spmc_error err = {""};
	int ret;

	memset(w, 0, sizeof(*w));
	cfg_now = *cfg;
	w->access_points = cfg->access_points;
	instrument_reset();
	instrument.on = cfg->access_points;
	instrument.trace = cfg->access_events;
	ret = make_machine(w, &cfg->machine);
	if (ret)
		return ret;
	if (cfg->wire)
		cfg->wire(w->m, cfg->ready_arg);
	guests_clear();
	if (spmc_create(w->m, &cfg->spmc, &w->spmc, &err)) {
		ret = fail(w, -EINVAL, "%s", err.text);
		goto out;
	}
	if (cfg->invariants)
		w->invariants = invariants_attach(w->m, w->spmc);
	for (size_t i = 0; i < cfg->partition_count && !ret; i++)
		ret = add_partition(w, &cfg->partition[i]);
	if (ret)
		goto out;
	detect_attach(w->m, w->spmc, cfg->detect);
	if (klinux_create(w->m, &cfg_now.linux_cfg, &w->k)) {
		ret = fail(w, -ENOMEM, "no memory for the kernel");
		goto out;
	}
	ret = add_modules(w, cfg);
	if (ret)
		goto out;
	boot_now = (struct boot){.w = w, .cfg = &cfg_now};
	boot_now.fiber = fiber_create("boot", FIBER_STACK_SP_BYTES, boot_flow, &boot_now);
	if (!boot_now.fiber)
		ret = fail(w, -ENOMEM, "no memory for the boot flow");
out:
	if (ret)
		world_destroy(w);
	return ret;
}

enum machine_stop world_run(struct world *w)
{
	machine_pe_on(w->m, 0, boot_now.fiber, trace_intern("swapper/0"));
	w->stop = machine_run(w->m);
	return w->stop;
}

void world_destroy(struct world *w)
{
	detect_detach();
	klinux_destroy(w->k);
	invariants_destroy(w->invariants);
	w->invariants = NULL;
	spmc_destroy(w->spmc);
	fiber_destroy(boot_now.fiber);
	boot_now.fiber = NULL;
	if (w->m) {
		/* What still points into this world must not survive it. */
		evq_reset(&w->m->evq);
		trace_finish(&w->m->trace);
	}
	w->k = NULL;
	w->spmc = NULL;
}
