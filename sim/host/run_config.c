/* SPDX-License-Identifier: BSD-3-Clause */
/* From a scenario to the configuration of a world, and from a world's refusal back to the line. */
#include <errno.h>
#include <string.h>

#include "core/fault.h"
#include "host/run.h"

void run_make_config(const struct scn *s, uint64_t seed, struct world_config *cfg)
{
	world_config_init(cfg);
	cfg->machine.pe_count = s->mach.pes;
	cfg->machine.seed = seed;
	cfg->machine.time_limit_ns = s->mach.time_limit_ns;
	cfg->machine.cost = s->mach.cost_table;
	cfg->linux_cfg.preempt = (enum preempt_model)s->mach.preempt;
	cfg->linux_cfg.generation = (enum klinux_generation)s->mach.linux_generation;
	cfg->linux_cfg.preempt_dynamic = s->mach.preempt_dynamic;
	cfg->linux_cfg.tick_ns = s->mach.tick_ns;
	cfg->linux_cfg.watchdog_thresh_s = (unsigned)(s->mach.watchdog_ns / 1000000000);
	cfg->linux_cfg.rcu_stall_timeout_s = (unsigned)(s->mach.rcu_timeout_ns / 1000000000);
	cfg->linux_cfg.hung_task_timeout_s = (unsigned)(s->mach.hung_task_ns / 1000000000);
	cfg->linux_cfg.hardlockup_buddy = s->mach.hardlockup;
	cfg->linux_cfg.scattered = s->mach.scattered;
	cfg->linux_cfg.tee_max_arg_size = s->mach.tee_max_arg;
	cfg->spmc.profile = s->mach.profile;
	cfg->spmc.thread_count = s->mach.threads;
	cfg->spmc.skip_failed_sps = s->mach.skip_failed_sps;
	cfg->spmc.test_lsp = s->mach.test_lsp;
	cfg->spmc.quirks = s->mach.quirk_pairs;
	for (size_t i = 0; i < s->part_count; i++)
		cfg->partition[cfg->partition_count++] =
			(struct world_partition){.name = s->part[i].name,
						 .manifest = s->part[i].manifest,
						 .image = s->part[i].image,
						 .overrides = s->part[i].overrides,
						 .options = s->part[i].options,
						 .option_count = s->part[i].option_count};
	for (size_t i = 0; i < s->mach.module_count; i++)
		cfg->module[cfg->module_count++] = s->mach.module[i];
	for (size_t i = 0; i < s->mach.use_count; i++)
		cfg->use[cfg->use_count++] = s->mach.use[i];
	cfg->no_modules = s->mach.no_modules;
	cfg->optee = s->mach.optee;
	if (s->mach.detectors)
		cfg->detect = DETECT_LOCKS | DETECT_GRANTS |
			      (s->mach.known_hazards ? DETECT_HAZARDS : 0) |
			      (s->mach.points ? DETECT_RACES | DETECT_MEMORY : DETECT_VIEWS);
	cfg->access_points = s->mach.points;
	cfg->access_events = s->access_events;
	cfg->invariants = true;
	cfg->tstee_flavour = s->mach.tstee ? "rfc" : "merged";
}

/* A world that cannot be built is a scenario error: point at the partition it is about. */
void run_blame(struct scn *s, const char *why, struct diag *d)
{
	for (size_t i = 0; i < s->part_count; i++) {
		const struct scn_partition *p = &s->part[i];
		const struct ynode *at = ynode_get(p->node, "image");

		if (!strstr(why, p->name) && !strstr(why, p->manifest))
			continue;
		if (!at || !strstr(why, "image"))
			at = ynode_get(p->node, "manifest") ? ynode_get(p->node, "manifest")
							    : p->node;
		DIAG_NODE(d, at, "%s", why);
		return;
	}
	if (!strncmp(why, "module ", 7)) {
		const struct ynode *at = s->mach.module_files ? s->mach.module_files
					 : s->mach.modules    ? s->mach.modules
							      : s->root;

		DIAG_NODE(d, at, "%s", why);
		return;
	}
	if (strstr(why, "quirk") && s->mach.quirks)
		DIAG_NODE(d, s->mach.quirks, "%s", why);
	else
		DIAG_NODE(d, s->root, "%s", why);
}

int run_check(struct scn *s, struct diag *d)
{
	static struct world_config cfg;
	struct world w;
	int err;

	run_make_config(s, s->mach.seed, &cfg);
	fault_reset_all();
	err = world_create(&w, &cfg);
	if (err) {
		run_blame(s, w.error, d);
		return -EINVAL;
	}
	world_destroy(&w);
	return 0;
}
