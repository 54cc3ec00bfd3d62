/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupt controller, physical memory, cost table: everything that needs no running PE. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "soc/machine.h"

static struct machine *m;

static int setup(void **state)
{
	struct machine_config cfg;

	(void)state;
	machine_config_init(&cfg);
	cfg.ns_mem_bytes = 4 << 20;
	cfg.s_mem_bytes = 1 << 20;
	m = machine_create(&cfg);
	return m ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	machine_destroy(m);
	return 0;
}

/* --- interrupt controller ----------------------------------------------------------------------
 */
static void lowest_intid_first_and_each_once(void **state)
{
	uint64_t when;

	(void)state;
	intc_enable(m, 0, INTID_TIMER, true);
	for (unsigned i = 40; i <= 200; i += 80)
		intc_enable(m, 0, i, true);
	intc_raise(m, 0, 200);
	intc_raise(m, 0, 40);
	intc_raise(m, 0, INTID_TIMER);
	m->now_ns = 5;
	intc_raise(m, 0, INTID_CALL);
	intc_raise(m, 0, 120);
	assert_true(pe_irq_pending(&m->pe[0]));
	assert_false(pe_irq_pending(&m->pe[1]));
	assert_int_equal(intc_ack(m, &m->pe[0], &when), INTID_CALL);
	assert_int_equal(when, 5);
	assert_int_equal(intc_ack(m, &m->pe[0], &when), INTID_TIMER);
	assert_int_equal(when, 0);
	assert_int_equal(intc_ack(m, &m->pe[0], &when), 40);
	assert_int_equal(intc_ack(m, &m->pe[0], &when), 120);
	assert_int_equal(when, 5);
	assert_int_equal(intc_ack(m, &m->pe[0], &when), 200);
	assert_int_equal(intc_ack(m, &m->pe[0], &when), INTID_NONE);
	assert_false(pe_irq_pending(&m->pe[0]));
}

static void one_pending_state_per_intid(void **state)
{
	(void)state;
	intc_raise(m, 0, 40);
	intc_raise(m, 1, 40); /* an SPI has one state, whoever it is raised for */
	intc_raise(m, 0, 5);
	intc_raise(m, 1, 5); /* an SGI has one per PE */
	intc_raise(m, 1, 5);
	assert_int_equal(m->intc.raised, 5);
	assert_int_equal(m->intc.lost, 2);
	intc_clear(m, 0, 40);
	intc_clear(m, 1, 5);
	assert_false(intc_is_pending(m, 0, 40));
	assert_true(intc_is_pending(m, 0, 5));
	assert_false(intc_is_pending(m, 1, 5));
}

static void disabled_secure_and_retargeted(void **state)
{
	uint64_t when;

	(void)state;
	intc_raise(m, 0, 40);
	assert_true(intc_is_pending(m, 0, 40));
	assert_false(pe_irq_pending(&m->pe[0])); /* not enabled */
	intc_enable(m, 0, 40, true);
	assert_true(pe_irq_pending(&m->pe[0]));
	intc_set_target(m, 40, 1); /* a pending SPI follows its target */
	assert_false(pe_irq_pending(&m->pe[0]));
	assert_true(pe_irq_pending(&m->pe[1]));
	intc_set_secure(m, 40, true);
	assert_false(pe_irq_pending(&m->pe[1]));
	assert_int_equal(intc_ack(m, &m->pe[1], &when), INTID_NONE);
	intc_set_secure(m, 40, false);
	assert_int_equal(intc_ack(m, &m->pe[1], &when), 40);
	intc_raise(m, 0, INTID_TIMER); /* PPIs come up disabled, SGIs enabled */
	assert_false(pe_irq_pending(&m->pe[0]));
	intc_set_secure(m, 8, true);
	intc_raise(m, 0, 8);
	assert_false(pe_irq_pending(&m->pe[0]));
	intc_raise(m, 0, 3);
	assert_true(pe_irq_pending(&m->pe[0]));
}

/* --- physical memory ---------------------------------------------------------------------------
 */
static void first_fit_lowest_address(void **state)
{
	pa_t a, b, c, d;

	(void)state;
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 2, &a));
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 1, &b));
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 1, &c));
	assert_int_equal(a.v, PHYS_NS_BASE);
	assert_int_equal(b.v, PHYS_NS_BASE + 0x2000);
	physmem_free(&m->mem, a);
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 3, &d)); /* the hole is too small */
	assert_int_equal(d.v, PHYS_NS_BASE + 0x4000);
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 1, &a)); /* but is not forgotten */
	assert_int_equal(a.v, PHYS_NS_BASE);
	assert_int_equal(m->mem.zone[PHYS_NS].used_count, 6);
	assert_true(physmem_alloc(&m->mem, PHYS_S, 1, &d));
	assert_int_equal(d.v, PHYS_S_BASE);
}

static void zones_end_where_they_end(void **state)
{
	pa_t a;

	(void)state;
	assert_false(physmem_alloc(&m->mem, PHYS_S, 257, &a));
	assert_false(physmem_alloc(&m->mem, PHYS_S, 0, &a));
	assert_true(physmem_alloc(&m->mem, PHYS_S, 256, &a));
	assert_false(physmem_alloc(&m->mem, PHYS_S, 1, &a));
	physmem_free(&m->mem, a);
	assert_non_null(physmem_at(&m->mem, pa_of(PHYS_S_BASE), 1 << 20));
	assert_null(physmem_at(&m->mem, pa_of(PHYS_S_BASE), (1 << 20) + 1));
	assert_null(physmem_at(&m->mem, pa_of(PHYS_S_BASE - 1), 2));
	assert_null(physmem_at(&m->mem, pa_of(PHYS_S_BASE + (1 << 20)), 1));
	assert_null(physmem_at(&m->mem, pa_of(PHYS_NS_BASE + 16), SIZE_MAX));
	assert_null(physmem_at(&m->mem, pa_of(UINT64_MAX), 2));
	assert_true(physmem_is_ns(&m->mem, pa_of(PHYS_NS_BASE), 4096));
	assert_false(physmem_is_ns(&m->mem, pa_of(PHYS_S_BASE), 4096));
}

static void host_and_physical_addresses_are_inverse(void **state)
{
	pa_t a, back;
	int local;

	(void)state;
	assert_true(physmem_alloc(&m->mem, PHYS_S, 3, &a));
	assert_true(physmem_pa(&m->mem, (char *)physmem_at(&m->mem, a, 1) + 0x1234, &back));
	assert_int_equal(back.v, a.v + 0x1234);
	assert_false(physmem_pa(&m->mem, &local, &back));
}

static void memory_comes_zeroed_also_across_the_high_water_mark(void **state)
{
	pa_t a, b;
	uint8_t *p;

	(void)state;
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 2, &a));
	memset(physmem_at(&m->mem, a, 8192), 0xff, 8192);
	physmem_free(&m->mem, a);
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 5, &b)); /* two dirty pages, three fresh ones */
	assert_int_equal(b.v, a.v);
	p = physmem_at(&m->mem, b, 5 * 4096);
	for (size_t i = 0; i < 5 * 4096; i++)
		assert_int_equal(p[i], 0);
}

static void reset_zeroes_small_and_large(void **state)
{
	static const uint32_t sizes[] = {3, 900}; /* cleared by hand, and given back to the host */
	struct machine_config cfg = m->cfg;

	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t bytes = (size_t)sizes[i] * 4096;
		uint64_t *p;
		pa_t a;

		assert_true(physmem_alloc(&m->mem, PHYS_NS, sizes[i], &a));
		p = physmem_at(&m->mem, a, bytes);
		memset(p, 0x5a, bytes);
		assert_int_equal(machine_reset(m, &cfg), 0);
		assert_int_equal(m->mem.zone[PHYS_NS].used_count, 0);
		for (size_t k = 0; k < bytes / 8; k++)
			assert_true(p[k] == 0);
		assert_true(physmem_alloc(&m->mem, PHYS_NS, 1, &a));
		assert_int_equal(a.v, PHYS_NS_BASE);
		assert_int_equal(machine_reset(m, &cfg), 0);
	}
}

static void host_addresses_are_the_same_in_the_next_machine(void **state)
{
	const void *ns = m->mem.host[PHYS_NS], *s = m->mem.host[PHYS_S];
	struct machine_config cfg = m->cfg;

	(void)state;
	machine_destroy(m);
	assert_null(machine);
	m = machine_create(&cfg);
	assert_ptr_equal(machine, m);
	assert_ptr_equal(m->mem.host[PHYS_NS], ns);
	assert_ptr_equal(m->mem.host[PHYS_S], s);
}

/* --- configuration -------------------------------------------------------------------------------
 */
static void costs_are_set_by_name(void **state)
{
	struct cost_table c;

	(void)state;
	cost_init(&c);
	assert_int_equal(c.smc_ns, 300);
	assert_int_equal(cost_set(&c, "copy_per_kib", 7), 0);
	assert_int_equal(c.copy_per_kib_ns, 7);
	assert_int_equal(cost_set(&c, "smc_ns", 7), -ENOENT);
}

static void impossible_machines_are_refused(void **state)
{
	struct machine_config cfg = m->cfg;

	(void)state;
	cfg.pe_count = 0;
	assert_int_equal(machine_reset(m, &cfg), -EINVAL);
	cfg.pe_count = PE_MAX + 1;
	assert_int_equal(machine_reset(m, &cfg), -EINVAL);
	cfg.pe_count = PE_MAX;
	assert_int_equal(machine_reset(m, &cfg), 0);
	cfg.ns_mem_bytes *= 2;
	assert_int_equal(machine_reset(m, &cfg), -EINVAL);
}

/* Carve-outs are nobody's to hand out, may be shared, and are clean after a reset. */
static void carve_outs(void **state)
{
	uint32_t first = 0, pages;
	uint8_t *bytes;
	pa_t pa;

	(void)state;
	assert_false(physmem_reserved(&m->mem, PHYS_NS, &first, &pages));
	assert_true(physmem_reserve(&m->mem, pa_of(PHYS_NS_BASE + 0x100000), 2));
	assert_true(physmem_reserve(&m->mem, pa_of(PHYS_NS_BASE + 0x101000), 2));
	first = 0;
	assert_true(physmem_reserved(&m->mem, PHYS_NS, &first, &pages));
	assert_int_equal(first, 256);
	assert_int_equal(pages, 3);
	first += pages;
	assert_false(physmem_reserved(&m->mem, PHYS_NS, &first, &pages));
	bytes = physmem_at(&m->mem, pa_of(PHYS_NS_BASE + 0x100000), 4096);
	bytes[5] = 5;
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 256, &pa));
	assert_int_equal(pa.v, PHYS_NS_BASE);
	assert_false(physmem_reserve(&m->mem, pa_of(PHYS_NS_BASE + 0xff000), 2));
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 1, &pa));
	assert_int_equal(pa.v, PHYS_NS_BASE + 0x103000);
	assert_false(physmem_reserve(&m->mem, pa_of(0x1000), 1));
	physmem_reset(&m->mem);
	assert_int_equal(bytes[5], 0);
	first = 0;
	assert_false(physmem_reserved(&m->mem, PHYS_NS, &first, &pages));
	assert_true(physmem_alloc(&m->mem, PHYS_NS, 300, &pa));
	assert_int_equal(pa.v, PHYS_NS_BASE);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(carve_outs),
		T(lowest_intid_first_and_each_once),
		T(one_pending_state_per_intid),
		T(disabled_secure_and_retargeted),
		T(first_fit_lowest_address),
		T(zones_end_where_they_end),
		T(host_and_physical_addresses_are_inverse),
		T(memory_comes_zeroed_also_across_the_high_water_mark),
		T(reset_zeroes_small_and_large),
		T(host_addresses_are_the_same_in_the_next_machine),
		T(costs_are_set_by_name),
		T(impossible_machines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
