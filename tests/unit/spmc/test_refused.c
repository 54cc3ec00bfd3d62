/* SPDX-License-Identifier: BSD-3-Clause */
/* What calls leave behind: each of these was found by the fuzz target, by its rules. */
#include "statements.h"

#include <string.h>

#define VM_SLOTS SPMC_VMS_MAX

/* A forwarding descriptor (ffa.md 2.4) for the buffers of @vm, one page each. */
static struct smc_regs map_vm(uint16_t vm, uint64_t tx, uint64_t rx)
{
	const struct {
		uint32_t at;
		uint64_t address;
	} buffer[] = {{64, tx}, {96, rx}};

	memset(cw.tx, 0, 128);
	ffa_put16(cw.tx, vm);
	ffa_put32(cw.tx + 8, 64);
	ffa_put32(cw.tx + 4, 96);
	for (unsigned i = 0; i < 2; i++) {
		uint8_t *composite = cw.tx + buffer[i].at;

		ffa_put32(composite, 1);
		ffa_put32(composite + 4, 1);
		ffa_put64(composite + 16, buffer[i].address);
		ffa_put32(composite + 24, 1);
	}
	return NW(FFA_RXTX_MAP | FFA_FID_64);
}

/* A VM is known once something was done for it, not by a refusal. */
static void vms_are_not_used_up(void)
{
	const uint64_t page = (cw_map(), cw_ns_pages(2));

	for (uint16_t vm = 1; vm <= 2 * VM_SLOTS; vm++) {
		const struct smc_regs r = map_vm(vm, page, page); /* overlap */

		WANT_ERR(r, FFA_INVALID_PARAMETERS);
		WANT(!vm_find(cw.s, endpoint_of(vm)));
	}
	WANT_OK(map_vm(3, page, page + 4096));
	WANT_ERR(map_vm(3, page, page + 4096), FFA_DENIED);
	WANT_OK(NW(FFA_RXTX_UNMAP, 3 << 16));
	WANT_OK(map_vm(3, page, page + 4096));
}

static void ffa_2_4_refused_map_for_a_vm(void **state)
{
	(void)state;
	holds("spec", NULL, vms_are_not_used_up);
	holds("hafnium-2.x", NULL, vms_are_not_used_up);
}

/* An unbound notification has no kind either: how it was bound last is forgotten. */
static void unbind_forgets_the_kind(void)
{
	struct notify_box *box;

	WANT_OK(NW(FFA_NOTIFICATION_BITMAP_CREATE, 0, 2));
	WANT_OK(NW(FFA_NOTIFICATION_BIND, cw_w1(S0, NWD), 1, 6));
	box = notify_box_of(cw.s, endpoint_of(FFA_ID_NWD));
	WANT_EQ(box->from[NOTIFY_FROM_SP].per_vcpu, 6);
	WANT_OK(NW(FFA_NOTIFICATION_UNBIND, cw_w1(S0, NWD), 0, 2));
	WANT_EQ(box->from[NOTIFY_FROM_SP].bound, 4);
	WANT_EQ(box->from[NOTIFY_FROM_SP].per_vcpu, 4);
}

static void ffa_6_2_unbind(void **state)
{
	(void)state;
	holds("spec", NULL, unbind_forgets_the_kind);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ffa_2_4_refused_map_for_a_vm),
		cmocka_unit_test(ffa_6_2_unbind),
	};

	return cmocka_run_group_tests(tests, NULL, statements_teardown);
}
