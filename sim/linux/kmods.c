/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Modules of a machine, from the order of their loading to their exit: parameters, initcalls level
 * by level, what a driver under test has to hear of (an init or a probe that failed, one that
 * registered nothing), and what `rmmod` refuses. Their images are kmod_files.c. Host side: sees
 * libc, not <linux/...>.
 *
 * Not modelled: parameters that change at run time, modules that are loaded while the machine runs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/watch.h"
#include "linux/include/linux/ffasim_module.h"
#include "linux/kernel_internal.h"
#include "linux/khost.h"
#include "linux/kmod_files.h"

#define PARAMS_MAX 32

struct kmod {
	char name[32];
	struct kmod_file *file;
	bool live, failed;
	bool user;		/* given by the user: what goes wrong in it is a finding */
	unsigned registrations; /* made by its initcalls */
	char *text[PARAMS_MAX]; /* values of charp parameters */
	unsigned texts;
};

struct kmods { /* per machine */
	struct kmod mod[MODULES_MAX];
	unsigned count;
	struct kmod *starting; /* whose initcall runs */
};

static char why_text[700];

int kmods_create(struct klinux *k)
{
	k->mods = calloc(1, sizeof(*k->mods));
	return k->mods ? 0 : -ENOMEM;
}

void kmods_destroy(struct klinux *k)
{
	for (unsigned i = 0; k->mods && i < k->mods->count; i++)
		while (k->mods->mod[i].texts)
			free(k->mods->mod[i].text[--k->mods->mod[i].texts]);
	free(k->mods);
	k->mods = NULL;
}

int klinux_module_add(struct klinux *k, const char *name, const char *path, const char **why)
{
	struct kmods *mods = k->mods;
	struct kmod *mod;
	int err = 0;

	if (mods->count == MODULES_MAX) {
		*why = "too many modules";
		return -ENOSPC;
	}
	mod = &mods->mod[mods->count];
	mod->file = kmod_file_at(mods->count, path, &err, why);
	if (!mod->file)
		return err;
	kmod_file_restore(mod->file);
	snprintf(mod->name, sizeof(mod->name), "%s", name);
	mods->count++;
	return 0;
}

void klinux_module_watch(struct klinux *k)
{
	k->mods->mod[k->mods->count - 1].user = true;
}

/* --- parameters ------------------------------------------------------------------------------- */
static bool set_integer(const struct ffasim_param *p, const char *value)
{
	static const struct {
		const char *type;
		unsigned bytes;
		bool is_signed;
	} types[] = {{"int", 4, true},	 {"uint", 4, false},   {"hexint", 4, false},
		     {"short", 2, true}, {"ushort", 2, false}, {"byte", 1, false},
		     {"long", 8, true},	 {"ulong", 8, false},  {"ullong", 8, false}};
	char *end;
	unsigned i = 0;
	int64_t v;

	while (i < sizeof(types) / sizeof(types[0]) && strcmp(types[i].type, p->type))
		i++;
	if (i == sizeof(types) / sizeof(types[0]))
		return false;
	errno = 0;
	v = types[i].is_signed ? strtoll(value, &end, 0) : (int64_t)strtoull(value, &end, 0);
	if (errno || end == value || *end || (!types[i].is_signed && value[0] == '-'))
		return false;
	if (types[i].bytes < 8 && types[i].is_signed &&
	    (v < -(1ll << (types[i].bytes * 8 - 1)) || v >= 1ll << (types[i].bytes * 8 - 1)))
		return false;
	if (types[i].bytes < 8 && !types[i].is_signed && (uint64_t)v >> (types[i].bytes * 8))
		return false;
	memcpy(p->value, &v, types[i].bytes);
	return true;
}

static bool set_param(struct kmod *mod, const struct ffasim_param *p, const char *value)
{
	if (!strcmp(p->type, "bool")) {
		if (value[0] && strchr("yY1tT", value[0]))
			*(bool *)p->value = true;
		else if (value[0] && strchr("nN0fF", value[0]))
			*(bool *)p->value = false;
		else
			return false;
		return true;
	}
	if (!strcmp(p->type, "charp")) {
		if (mod->texts == PARAMS_MAX)
			return false;
		mod->text[mod->texts] = strdup(value);
		*(char **)p->value = mod->text[mod->texts];
		return mod->text[mod->texts++] != NULL;
	}
	return set_integer(p, value);
}

int klinux_module_param(struct klinux *k, const char *name, const char *value, const char **why)
{
	struct kmod *mod = &k->mods->mod[k->mods->count - 1];
	const struct ffasim_module_desc *d = mod->file->desc;
	size_t n;

	*why = why_text;
	for (const struct ffasim_param *p = d->param; p < d->param_end; p++) {
		if (strcmp(p->name, name))
			continue;
		if (set_param(mod, p, value))
			return 0;
		snprintf(why_text, sizeof(why_text),
			 "parameter '%s' cannot be '%s': it is of type %s", name, value, p->type);
		return -EINVAL;
	}
	n = (size_t)snprintf(why_text, sizeof(why_text), "has no parameter '%s'", name);
	for (const struct ffasim_param *p = d->param; p < d->param_end && n < sizeof(why_text); p++)
		n += (size_t)snprintf(why_text + n, sizeof(why_text) - n, "%s%s",
				      p == d->param ? " (it has: " : ", ", p->name);
	if (d->param < d->param_end && n < sizeof(why_text))
		snprintf(why_text + n, sizeof(why_text) - n, ")");
	return -ENOENT;
}

static void init_failed(struct klinux *k, struct kmod *mod, const struct ffasim_initcall *call,
			int err)
{
	klog_printf(3, "initcall %s of module %s returned with error code %d", call->name,
		    mod->name, err);
	report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
		   "module %s: %s failed with %d (%s)", mod->name, call->name, err,
		   kh_errno_name(-err) ? kh_errno_name(-err) : "not an errno");
}

/* A driver that no one will ever call: most often its module_ffa_driver() line is missing. */
static void check_registrations(struct klinux *k)
{
	for (unsigned i = 0; i < k->mods->count; i++) {
		struct kmod *mod = &k->mods->mod[i];

		if (!mod->user || !mod->live || mod->registrations ||
		    mod->file->desc->kunit < mod->file->desc->kunit_end)
			continue;
		report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
			   "module %s: its init succeeded but registered no driver, bus, class or "
			   "device",
			   mod->name);
	}
}

int kmods_run_initcalls(struct klinux *k)
{
	struct kmods *mods = k->mods;
	int first_err = 0;

	for (int level = 0; level <= FFASIM_INIT_LATE; level++) {
		for (unsigned i = 0; i < mods->count; i++) {
			struct kmod *mod = &mods->mod[i];

			for (const struct ffasim_initcall *c = mod->file->desc->init;
			     c < mod->file->desc->init_end; c++) {
				int err;

				if (c->level != level || mod->failed)
					continue;
				mod->live = true;
				mods->starting = mod;
				err = c->fn();
				mods->starting = NULL;
				if (err) {
					init_failed(k, mod, c, err);
					first_err = first_err ? first_err : err;
					mod->live = false;
					mod->failed = true;
				}
			}
		}
	}
	check_registrations(k);
	return first_err;
}

bool kmods_suites(struct klinux *k, unsigned i, struct kunit_suite *const **suite,
		  struct kunit_suite *const **end)
{
	if (i >= k->mods->count)
		return false;
	*suite = k->mods->mod[i].file->desc->kunit;
	*end = k->mods->mod[i].file->desc->kunit_end;
	return true;
}

void kmods_registered(void)
{
	struct kmods *mods = klinux_now()->mods;

	if (mods && mods->starting)
		mods->starting->registrations++;
}

static struct kmod *mod_of(struct kmods *mods, const struct module *module)
{
	for (unsigned i = 0; i < mods->count; i++)
		if (mods->mod[i].file->desc->module == module)
			return &mods->mod[i];
	return NULL;
}

/* Built-in drivers may decline a device, that is the scenario's business; for a module under test
 * it is what its author wants to hear first. */
void kmods_probe_failed(struct module *owner, const char *driver, const char *device, int err)
{
	struct klinux *k = klinux_now();
	struct kmod *mod = mod_of(k->mods, owner);

	if (!mod || !mod->user || err == -ENODEV || err == -ENXIO ||
	    err == -EOPNOTSUPP) /* the firmware is too old for it */
		return;
	report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
		   "module %s: probe of %s by driver %s failed with %d (%s)", mod->name, device,
		   driver, err, kh_errno_name(-err) ? kh_errno_name(-err) : "not an errno");
}

static bool is_used(const struct kmods *mods, const struct kmod *mod)
{
	unsigned place = (unsigned)(mod - mods->mod);

	for (unsigned i = 0; i < mods->count; i++)
		if (mods->mod[i].live && mods->mod[i].file->uses >> place & 1)
			return true;
	return false;
}

/* What `rmmod` refuses: a module with references, one whose exports another one uses, and one
 * without an exit function. */
static int mod_exit(struct kmods *mods, struct kmod *mod)
{
	const struct ffasim_module_desc *d = mod->file->desc;

	if (!mod->live)
		return 0;
	if (d->module->refcount > 0 || is_used(mods, mod))
		return -EWOULDBLOCK;
	if (d->init < d->init_end && d->exit == d->exit_end)
		return -EBUSY;
	WATCH(acquire, d->module);
	d->module->state = 2;
	mod->live = false;
	for (const struct ffasim_exitcall *c = d->exit_end; c-- > d->exit;)
		c->fn();
	return 0;
}

/* As by delete_module(2), whatever the caller does: an interrupt that ends in exit code of a module
 * ends in the kernel, where it preempts by the kernel's rules. */
int klinux_modules_exit(struct klinux *k)
{
	const bool entered = ksys_enter_untold();
	int first_err = 0;

	for (unsigned i = k->mods->count; i-- > 0;) {
		int err = mod_exit(k->mods, &k->mods->mod[i]);

		first_err = first_err ? first_err : err;
	}
	ksys_exit_untold(entered);
	return first_err ? -EBUSY : 0;
}

int klinux_module_remove(struct klinux *k, const char *name)
{
	for (unsigned i = 0; i < k->mods->count; i++)
		if (!strcmp(k->mods->mod[i].name, name))
			return k->mods->mod[i].live ? mod_exit(k->mods, &k->mods->mod[i]) : -ENOENT;
	return -ENOENT;
}
