/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Manifest properties of partitions under an SPMC at S-EL2: exception level, execution contexts,
 * managed exit, secure interrupts (ffa.md 4.2, 4.6, 7.3). Where the SPMC has S-EL0 partitions only,
 * none of them is looked at.
 * Not modelled: priority and trigger of an interrupt, SMMU properties.
 */
#include <libfdt.h>

#include "spmc/spmc_internal.h"

enum { LEVEL_S_EL0 = 1, LEVEL_S_EL1 = 2 };

static uint32_t cell(const void *dtb, int node, const char *name, uint32_t otherwise)
{
	int len;
	const void *p = fdt_getprop(dtb, node, name, &len);

	return p && len == 4 ? fdt32_ld(p) : otherwise;
}

/* interrupts = <id attributes ...> of each device region. */
static const char *read_interrupts(const void *dtb, struct manifest *mf)
{
	const int regions = fdt_node_offset_by_compatible(dtb, -1, MANIFEST_DEVICE_REGIONS);
	int node;

	if (regions < 0)
		return NULL;
	fdt_for_each_subnode(node, dtb, regions)
	{
		int len;
		const fdt32_t *p = fdt_getprop(dtb, node, "interrupts", &len);

		for (int i = 0; p && i + 1 < len / 4; i += 2) {
			const uint32_t id = fdt32_ld(p + i);

			if (id < 32 || id >= INTID_MAX)
				return "not a shared interrupt (32..255)";
			if (mf->irq_count == MANIFEST_IRQS_MAX)
				return "too many interrupts";
			mf->irq[mf->irq_count++] = (uint8_t)id;
		}
	}
	return NULL;
}

static const char *check_el1(const struct spmc *s, const struct manifest *mf, const char **property)
{
	*property = "execution-ctx-count";
	if (mf->contexts != 1 && mf->contexts != s->m->pe_count)
		return "neither 1 nor the number of PEs";
	*property = "ns-interrupts-action";
	if (mf->ns_action == FFA_NS_MANAGED_EXIT &&
	    !(mf->messaging_method & (FFA_PROP_DIRECT_RECV | FFA_PROP_DIRECT2_RECV)))
		return "managed exit of a partition that receives no direct requests";
	return NULL;
}

static const char *check_el0(const struct manifest *mf, const char **property)
{
	*property = "execution-ctx-count";
	if (mf->contexts != 1)
		return "an S-EL0 partition has one";
	*property = "ns-interrupts-action";
	if (mf->ns_action == FFA_NS_MANAGED_EXIT)
		return "managed exit is for S-EL1 partitions";
	*property = "sri-interrupts-policy";
	return mf->sri_policy ? "for S-EL1 partitions only" : NULL;
}

const char *manifest_contexts(const struct spmc *s, const void *dtb, struct manifest *mf,
			      const char **property)
{
	uint32_t level;
	const char *why;

	mf->contexts = 1;
	if (!quirk(s, Q_EL1_SPS))
		return NULL;
	level = cell(dtb, 0, "exception-level", LEVEL_S_EL1);
	*property = "exception-level";
	if (level != LEVEL_S_EL0 && level != LEVEL_S_EL1)
		return "not 1 (S-EL0) or 2 (S-EL1)";
	mf->el1 = level == LEVEL_S_EL1;
	mf->contexts = cell(dtb, 0, "execution-ctx-count", 1);
	if (fdt_getprop(dtb, 0, "managed-exit", NULL)) /* the older way to say action 1 */
		mf->ns_action = FFA_NS_MANAGED_EXIT;
	mf->managed_exit_virq = fdt_getprop(dtb, 0, "managed-exit-virq", NULL);
	mf->s_queued = !cell(dtb, 0, "other-s-interrupts-action", 1);
	mf->sri_policy = cell(dtb, 0, "sri-interrupts-policy", 0);
	mf->pm_messages = cell(dtb, 0, "power-management-messages", 0);
	*property = "other-s-interrupts-action";
	if (mf->s_queued && mf->ns_action != FFA_NS_QUEUED)
		return "queued needs ns-interrupts-action queued too";
	*property = "interrupts";
	why = read_interrupts(dtb, mf);
	if (why)
		return why;
	return mf->el1 ? check_el1(s, mf, property) : check_el0(mf, property);
}
