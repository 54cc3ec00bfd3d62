/* SPDX-License-Identifier: BSD-3-Clause */
/* CPU sets: one 64-bit word, NR_CPUS = 64. */
#ifndef _LINUX_CPUMASK_H
#define _LINUX_CPUMASK_H

#include <linux/types.h>
#include <linux/bitmap.h>

#define NR_CPUS 64
typedef struct cpumask {
	unsigned long bits[1];
} cpumask_t;
typedef struct cpumask cpumask_var_t[1];
typedef struct cpumask *cpumask_ptr_t;

unsigned int knr_cpu_ids(void);
const struct cpumask *kcpu_mask(int which); /* 0 possible, 1 present, 2 online, 3 active */
#define nr_cpu_ids knr_cpu_ids()
#define cpu_possible_mask kcpu_mask(0)
#define cpu_present_mask kcpu_mask(1)
#define cpu_online_mask kcpu_mask(2)
#define cpu_active_mask kcpu_mask(3)
const struct cpumask *cpumask_of(unsigned int cpu);

static inline unsigned int cpumask_first(const struct cpumask *m)
{
	return m->bits[0] ? (unsigned int)__builtin_ctzl(m->bits[0]) : nr_cpu_ids;
}
static inline unsigned int cpumask_next(int n, const struct cpumask *m)
{
	unsigned long b = n + 1 >= NR_CPUS ? 0 : m->bits[0] & (~0UL << (n + 1));

	return b ? (unsigned int)__builtin_ctzl(b) : nr_cpu_ids;
}
static inline unsigned int cpumask_weight(const struct cpumask *m)
{
	return (unsigned int)__builtin_popcountl(m->bits[0]);
}
static inline bool cpumask_test_cpu(int cpu, const struct cpumask *m)
{
	return cpu >= 0 && cpu < NR_CPUS && (m->bits[0] >> cpu & 1);
}
static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *m)
{
	m->bits[0] |= 1UL << cpu;
}
static inline void cpumask_clear_cpu(int cpu, struct cpumask *m)
{
	m->bits[0] &= ~(1UL << cpu);
}
static inline void cpumask_clear(struct cpumask *m)
{
	m->bits[0] = 0;
}
static inline void cpumask_setall(struct cpumask *m)
{
	m->bits[0] = ~0UL;
}
static inline void cpumask_copy(struct cpumask *d, const struct cpumask *s)
{
	*d = *s;
}
static inline bool cpumask_empty(const struct cpumask *m)
{
	return m->bits[0] == 0;
}
static inline bool cpumask_equal(const struct cpumask *a, const struct cpumask *b)
{
	return a->bits[0] == b->bits[0];
}
static inline bool cpumask_and(struct cpumask *d, const struct cpumask *a, const struct cpumask *b)
{
	d->bits[0] = a->bits[0] & b->bits[0];
	return d->bits[0] != 0;
}
static inline void cpumask_or(struct cpumask *d, const struct cpumask *a, const struct cpumask *b)
{
	d->bits[0] = a->bits[0] | b->bits[0];
}
static inline bool zalloc_cpumask_var(cpumask_var_t *m, unsigned int flags)
{
	(void)flags;
	(*m)[0].bits[0] = 0;
	return true;
}
#define alloc_cpumask_var(m, f) zalloc_cpumask_var(m, f)
static inline void free_cpumask_var(cpumask_var_t m)
{
	(void)m;
}

#define for_each_cpu(cpu, mask)                                                                    \
	for ((cpu) = cpumask_first(mask); (cpu) < nr_cpu_ids;                                      \
	     (cpu) = cpumask_next((int)(cpu), (mask)))
#define for_each_possible_cpu(cpu) for_each_cpu((cpu), cpu_possible_mask)
#define for_each_present_cpu(cpu) for_each_cpu((cpu), cpu_present_mask)
#define for_each_online_cpu(cpu) for_each_cpu((cpu), cpu_online_mask)
#define num_possible_cpus() cpumask_weight(cpu_possible_mask)
#define num_present_cpus() cpumask_weight(cpu_present_mask)
#define num_online_cpus() cpumask_weight(cpu_online_mask)
#define cpu_online(cpu) cpumask_test_cpu((int)(cpu), cpu_online_mask)
#define cpu_possible(cpu) cpumask_test_cpu((int)(cpu), cpu_possible_mask)
#define cpu_present(cpu) cpumask_test_cpu((int)(cpu), cpu_present_mask)

#endif
