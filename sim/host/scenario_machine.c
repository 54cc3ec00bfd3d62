/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine of a scenario: its numbers, the SPMC's profile with quirks, the cost table, and the
 * modules with their files and parameters. Whether they fit the world is found when it is built.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host/scenario.h"

const char *const scn_preempt_words[] = {"none", "voluntary", "full", "lazy", NULL};
static const char *const points_words[] = {"calls", "access", NULL};
static const char *const linux_words[] = {"6.12", "7.x", NULL};
static const char *const tstee_words[] = {"merged", "rfc", NULL};

#define M(name_, type_, field_, doc_, ...)                                                         \
	{                                                                                          \
		name_, type_, offsetof(struct scn_machine, field_), false, doc_, ##__VA_ARGS__     \
	}
static const struct vkey machine_keys[] = {
	M("pes", V_UINT, pes, "number of processing elements, 1..64"),
	M("linux", V_ENUM, linux_generation, "version of the FF-A and TEE core drivers",
	  linux_words),
	M("preempt", V_ENUM, preempt, "preemption model of the kernel", scn_preempt_words),
	M("points", V_ENUM, points,
	  "where drivers and SPs can be interrupted: calls of the kernel, or each memory access",
	  points_words),
	M("preempt-dynamic", V_BOOL, preempt_dynamic, "model chosen at boot: RCU is preemptible"),
	M("profile", V_STR, profile, "SPMC profile"),
	M("tick", V_TIME, tick_ns, "period of the per-PE tick"),
	M("threads", V_UINT, threads, "thread pool of the SPMC; 0 = as the profile has it"),
	M("seed", V_U64, seed, "seed of the oracle; --seed wins"),
	M("time-limit", V_TIME, time_limit_ns, "virtual time after which the run is stopped"),
	M("watchdog", V_TIME, watchdog_ns,
	  "watchdog_thresh (10s); soft lockup at twice that; 0 = off"),
	M("hung-task", V_TIME, hung_task_ns, "hung task timeout (120s); 0 = off"),
	M("rcu-timeout", V_TIME, rcu_timeout_ns, "RCU CPU stall timeout (21s)"),
	M("hardlockup", V_BOOL, hardlockup, "buddy hard lockup detector"),
	M("scattered", V_BOOL, scattered,
	  "each page of a buffer is a range of its own, as after days of use"),
	M("leaks", V_BOOL, leaks, "unload modules at the end and look for leaked objects"),
	M("detectors", V_BOOL, detectors,
	  "lock order; with `points: access` data races and memory errors as well"),
	M("known-hazards", V_BOOL, known_hazards,
	  "memory that the tstee driver is known to give up unreclaimed is a finding as well"),
	M("cost", V_NODE, cost, "map: entry of the cost table -> time"),
	M("quirks", V_NODE, quirks, "map: quirk of the profile -> on or off"),
	M("test-lsp", V_BOOL, test_lsp, "the S-EL1 SPMC is a test build, with a logical partition"),
	M("skip-failed-sps", V_BOOL, skip_failed_sps, "boot goes on without SPs that fail"),
	M("tee-max-arg-size", V_UINT, tee_max_arg,
	  "TEE_MAX_ARG_SIZE: 1024 (linux 6.12) or 4096 (7.x)"),
	M("tstee", V_ENUM, tstee, "session design of the tstee driver", tstee_words),
	M("modules", V_NODE, modules, "list of modules in load order: a name or {name, path}"),
	M("module-files", V_NODE, module_files,
	  "map: module -> file that takes its place (what --module sets)"),
	M("module-params", V_NODE, module_params, "map: module -> map of its parameters"),
};
#undef M

const struct vsection scn_machine_section = {"machine", machine_keys,
					     sizeof(machine_keys) / sizeof(machine_keys[0])};

static int read_cost(struct scn *s)
{
	const struct ynode *n = s->mach.cost;
	static const char *const names[] = {
#define COST_NAME(name, ns, doc) #name,
		COST_TABLE(COST_NAME)
#undef COST_NAME
	};
	const size_t count = sizeof(names) / sizeof(names[0]);

	cost_init(&s->mach.cost_table);
	if (!n)
		return 0;
	if (n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "'cost' must be a map of entry: time, not %s",
				 ynode_kind(n));
	for (size_t i = 0; i < n->count; i++) {
		uint64_t ns;
		char name[64];

		if (n->item[i]->type != YNODE_SCALAR || !word_time(n->item[i]->text, &ns))
			return DIAG_NODE(s->d, n->item[i], "'%s' must be a time like 300ns",
					 n->key[i]->text);
		snprintf(name, sizeof(name), "%s", n->key[i]->text);
		for (char *p = name; *p; p++)
			*p = *p == '-' ? '_' : *p;
		if (cost_set(&s->mach.cost_table, name, ns))
			return DIAG_NODE(s->d, n->key[i], "unknown cost '%s' (did you mean '%s'?)",
					 n->key[i]->text, word_nearest(name, names, count));
	}
	return 0;
}

static int read_quirks(struct scn *s)
{
	const struct ynode *n = s->mach.quirks;

	if (!n)
		return 0;
	if (n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "'quirks' must be a map of quirk: on or off, not %s",
				 ynode_kind(n));
	s->mach.quirk_pairs = pool_alloc(&s->pool, (2 * n->count + 1) * sizeof(char *));
	for (size_t i = 0; i < n->count; i++) {
		const char *v = n->item[i]->type == YNODE_SCALAR ? n->item[i]->text : "";
		bool on = !strcmp(v, "on") || !strcmp(v, "true");

		if (!on && strcmp(v, "off") && strcmp(v, "false"))
			return DIAG_NODE(s->d, n->item[i], "'%s' must be on or off",
					 n->key[i]->text);
		s->mach.quirk_pairs[2 * i] = n->key[i]->text;
		s->mach.quirk_pairs[2 * i + 1] = on ? "on" : "off";
	}
	return 0;
}

static int read_modules(struct scn *s)
{
	const struct ynode *n = s->mach.modules;

	if (!n)
		return 0;
	if (n->type != YNODE_SEQ || n->count > WORLD_MODULES_MAX)
		return DIAG_NODE(s->d, n, "'modules' must be a list of at most %d modules",
				 WORLD_MODULES_MAX);
	s->mach.no_modules = !n->count;
	s->mach.module = pool_alloc(&s->pool, (n->count + 1) * sizeof(*s->mach.module));
	for (size_t i = 0; i < n->count; i++) {
		const struct ynode *v = n->item[i];
		struct world_module *m = &s->mach.module[s->mach.module_count++];

		if (v->type == YNODE_SCALAR) {
			m->name = v->text;
		} else {
			static const struct vkey keys[] = {
				{"name", V_STR, offsetof(struct world_module, name), true, "name"},
				{"path", V_STR, offsetof(struct world_module, path), false, "file"},
			};

			if (vmap_parse(s, v, keys, 2, m, NULL, NULL))
				return -EINVAL;
		}
		if (m->path && access(m->path, R_OK))
			return DIAG_NODE(s->d, v, "module '%s': cannot read %s", m->name, m->path);
		if (!m->path) {
			const char *const *builtin = world_default_modules();
			bool known = false;
			size_t count = 0;

			for (; builtin[count]; count++)
				known |= !strcmp(builtin[count], m->name);
			if (!known)
				return DIAG_NODE(s->d, v,
						 "unknown module '%s' (did you mean '%s'?)",
						 m->name, word_nearest(m->name, builtin, count));
		}
	}
	return 0;
}

static struct world_module *use_module(struct scn *s, const struct ynode *at)
{
	struct scn_machine *m = &s->mach;

	if (!m->use)
		m->use = pool_alloc(&s->pool, WORLD_MODULES_MAX * sizeof(*m->use));
	for (size_t i = 0; i < m->use_count; i++)
		if (!strcmp(m->use[i].name, at->text))
			return &m->use[i];
	if (m->use_count == WORLD_MODULES_MAX) {
		DIAG_NODE(s->d, at, "more than %d modules", WORLD_MODULES_MAX);
		return NULL;
	}
	m->use[m->use_count].name = at->text;
	return &m->use[m->use_count++];
}

/* Files and parameters on top of the list, whatever it is: scenarios need not know of them. */
static int each_module(struct scn *s, const struct ynode *n, const char *what, const char *of,
		       int (*read)(struct scn *s, struct world_module *m, const struct ynode *v))
{
	if (n && n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "'%s' must be a map of module: %s, not %s", what, of,
				 ynode_kind(n));
	for (size_t i = 0; n && i < n->count; i++) {
		struct world_module *m = use_module(s, n->key[i]);

		if (!m || read(s, m, n->item[i]))
			return -EINVAL;
	}
	return 0;
}

static int read_file(struct scn *s, struct world_module *m, const struct ynode *v)
{
	if (v->type != YNODE_SCALAR)
		return DIAG_NODE(s->d, v, "the file of module '%s' must be one word", m->name);
	m->path = scn_find_path(s, v->text);
	if (access(m->path, R_OK))
		return DIAG_NODE(s->d, v, "module '%s': cannot read %s", m->name, m->path);
	return 0;
}

static int read_params(struct scn *s, struct world_module *m, const struct ynode *v)
{
	const char **pairs;

	if (v->type != YNODE_MAP)
		return DIAG_NODE(s->d, v, "the parameters of '%s' must be a map, not %s", m->name,
				 ynode_kind(v));
	pairs = pool_alloc(&s->pool, (2 * v->count + 1) * sizeof(*pairs));
	for (size_t j = 0; j < v->count; j++) {
		if (v->item[j]->type != YNODE_SCALAR)
			return DIAG_NODE(s->d, v->item[j], "'%s' must be one word",
					 v->key[j]->text);
		pairs[2 * j] = v->key[j]->text;
		pairs[2 * j + 1] = v->item[j]->text;
	}
	m->params = pairs;
	return 0;
}

int scn_read_machine(struct scn *s, const struct ynode *n)
{
	struct klinux_config k;
	struct scn_machine *m = &s->mach;
	const struct ynode *v;

	klinux_config_init(&k);
	*m = (struct scn_machine){.pes = 2,
				  .preempt = k.preempt,
				  .preempt_dynamic = k.preempt_dynamic,
				  .profile = "optee-4.10",
				  .tick_ns = k.tick_ns,
				  .seed = 1,
				  .watchdog_ns = k.watchdog_thresh_s * 1000000000ull,
				  .rcu_timeout_ns = k.rcu_stall_timeout_s * 1000000000ull,
				  .hung_task_ns = k.hung_task_timeout_s * 1000000000ull,
				  .hardlockup = k.hardlockup_buddy,
				  .tee_max_arg = k.tee_max_arg_size,
				  .leaks = true,
				  .detectors = true,
				  .time_limit_ns = 3600000000000ull};
	if (n && vmap_parse(s, n, machine_keys, sizeof(machine_keys) / sizeof(machine_keys[0]), m,
			    NULL, NULL))
		return -EINVAL;
	v = n ? ynode_get(n, "pes") : NULL;
	if (m->pes < 1 || m->pes > PE_MAX)
		return DIAG_NODE(s->d, v, "'pes' must be 1..%d, not %u", PE_MAX, m->pes);
	if (!m->tick_ns || m->tick_ns < 100000 || m->tick_ns > 1000000000)
		return DIAG_NODE(s->d, ynode_get(n, "tick"), "'tick' must be 100us..1s");
	if (m->linux_generation && !(n && ynode_get(n, "tee-max-arg-size")))
		m->tee_max_arg = 4096;
	if (m->tee_max_arg != 1024 && m->tee_max_arg != 4096)
		return DIAG_NODE(s->d, ynode_get(n, "tee-max-arg-size"),
				 "'tee-max-arg-size' must be 1024 or 4096");
	v = n ? ynode_get(n, "profile") : NULL;
	if (v) {
		const char *const *names = spmc_profile_names();
		size_t c = 0;
		bool known = false;

		for (; names[c]; c++)
			known |= !strcmp(names[c], m->profile);
		if (!known)
			return DIAG_NODE(s->d, v, "unknown profile '%s' (did you mean '%s'?)",
					 m->profile, word_nearest(m->profile, names, c));
	}
	if (read_cost(s) || read_quirks(s) || read_modules(s) ||
	    each_module(s, m->module_files, "module-files", "file", read_file) ||
	    each_module(s, m->module_params, "module-params", "map", read_params))
		return -EINVAL;
	return 0;
}
