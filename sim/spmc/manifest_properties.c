/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every property a manifest may have (ffa.md 7.3, optee.md 3.12), and for each kind of SPMC whether
 * it acts upon it or why it does not. What is in no row is ignored too, as real SPMCs do, but the
 * secure console names it.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "spmc/spmc_internal.h"

#define ACTS NULL
#define PLACED "images are placed by what loads them"
#define ONE_CONTEXT "its partitions have one context at S-EL0"
#define NO_SECURE_IRQS "its partitions get no interrupts"
#define NO_SMMU "no SMMU is modelled"
#define NEWER "of FF-A 1.3"

static const struct manifest_property rows[] = {
	{"compatible", MANIFEST_ROOT, ACTS, ACTS},
	{"ffa-version", MANIFEST_ROOT, ACTS, ACTS},
	{"uuid", MANIFEST_ROOT, ACTS, ACTS},
	{"id", MANIFEST_ROOT, ACTS, ACTS},
	{"auxiliary-id", MANIFEST_ROOT, "one id each", "one id each"},
	{"description", MANIFEST_ROOT, "a comment", "a comment"},
	{"execution-ctx-count", MANIFEST_ROOT, ONE_CONTEXT, ACTS},
	{"exception-level", MANIFEST_ROOT, ONE_CONTEXT, ACTS},
	{"execution-state", MANIFEST_ROOT, ACTS, ACTS},
	{"load-address", MANIFEST_ROOT, PLACED, PLACED},
	{"entrypoint-offset", MANIFEST_ROOT, PLACED, PLACED},
	{"elf-format", MANIFEST_ROOT, ACTS, ACTS},
	{"xlat-granule", MANIFEST_ROOT, "4 KiB pages only", "4 KiB pages only"},
	{"boot-order", MANIFEST_ROOT, ACTS, ACTS},
	{"gp-register-num", MANIFEST_ROOT, ACTS, ACTS},
	{"rx-tx-buffer", MANIFEST_ROOT, "partitions map their own buffers",
	 "partitions map their own buffers"},
	{"messaging-method", MANIFEST_ROOT, ACTS, ACTS},
	{"ns-interrupts-action", MANIFEST_ROOT, ACTS, ACTS},
	{"other-s-interrupts-action", MANIFEST_ROOT, NO_SECURE_IRQS, ACTS},
	{"managed-exit", MANIFEST_ROOT, "managed exit is not implemented", ACTS},
	{"managed-exit-virq", MANIFEST_ROOT, "managed exit is not implemented", ACTS},
	{"sri-interrupts-policy", MANIFEST_ROOT, "its partitions get no notifications", ACTS},
	{"notification-support", MANIFEST_ROOT, "its partitions get no notifications", ACTS},
	{"run-time-model", MANIFEST_ROOT, "any call is taken in any state", "of FF-A 1.0"},
	{"has-primary-scheduler", MANIFEST_ROOT, "there is a scheduler", "there is a scheduler"},
	{"time-slice-mem", MANIFEST_ROOT, "memory operations are not sliced",
	 "memory operations are not sliced"},
	{"power-management-messages", MANIFEST_ROOT, "partitions are told nothing", ACTS},
	{"vm-availability-messages", MANIFEST_ROOT, ACTS, ACTS},
	{"abort-action", MANIFEST_ROOT, NEWER, NEWER},
	{"lifecycle-support", MANIFEST_ROOT, NEWER, NEWER},
	{"live-activation-support", MANIFEST_ROOT, NEWER, NEWER},
	{"compatible", MANIFEST_REGION, ACTS, ACTS},
	{"description", MANIFEST_REGION, "a comment", "a comment"},
	{"base-address", MANIFEST_REGION, ACTS, ACTS},
	{"load-address-relative-offset", MANIFEST_REGION, ACTS, ACTS},
	{"pages-count", MANIFEST_REGION, ACTS, ACTS},
	{"attributes", MANIFEST_REGION, ACTS, ACTS},
	{"load-flags", MANIFEST_REGION, "regions hold zeroes", "regions hold zeroes"},
	{"interrupts", MANIFEST_REGION, NO_SECURE_IRQS, ACTS},
	{"physical-address", MANIFEST_REGION, "base-address says it", "base-address says it"},
	{"smmu-id", MANIFEST_REGION, NO_SMMU, NO_SMMU},
	{"stream-ids", MANIFEST_REGION, NO_SMMU, NO_SMMU},
	{"stream-ids-access-permissions", MANIFEST_REGION, NO_SMMU, NO_SMMU},
	{"exclusive-access", MANIFEST_REGION, "a device is mapped for whoever asks",
	 "a device is mapped for whoever asks"},
};

const struct manifest_property *manifest_properties(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

static bool known(const char *name, enum manifest_place place)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].place == place && !strcmp(rows[i].name, name))
			return true;
	return false;
}

static void report(const struct sp *sp, int node, enum manifest_place place)
{
	char text[120];
	int property;

	fdt_for_each_property_offset(property, sp->dtb, node)
	{
		const char *name;

		if (!fdt_getprop_by_offset(sp->dtb, property, &name, NULL) || known(name, place))
			continue;
		snprintf(text, sizeof(text), "manifest: %.60s: unknown property, ignored", name);
		spmc_console(sp->spmc, sp, text);
	}
}

static void report_regions(const struct sp *sp, const char *compatible)
{
	const int parent = fdt_node_offset_by_compatible(sp->dtb, -1, compatible);
	int node;

	if (parent < 0)
		return;
	fdt_for_each_subnode(node, sp->dtb, parent) report(sp, node, MANIFEST_REGION);
}

void manifest_report_unknown(const struct sp *sp)
{
	report(sp, 0, MANIFEST_ROOT);
	report_regions(sp, MANIFEST_MEMORY_REGIONS);
	report_regions(sp, MANIFEST_DEVICE_REGIONS);
}
