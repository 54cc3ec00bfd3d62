/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Atomics. Read-modify-write is a function of the library: no interrupt or other CPU gets in
 * between, even when the caller is instrumented. Orders are kept for the race detector; nothing is
 * reordered.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>
#include <linux/compiler.h>

#ifndef ATOMIC_INIT
#define ATOMIC_INIT(i)                                                                             \
	{                                                                                          \
		(i)                                                                                \
	}
#endif
#define ATOMIC64_INIT(i)                                                                           \
	{                                                                                          \
		(i)                                                                                \
	}
#define ATOMIC_LONG_INIT(i)                                                                        \
	{                                                                                          \
		(i)                                                                                \
	}

typedef atomic64_t atomic_long_t;

#define KATOMIC_OPS(t, name, v)                                                                    \
	v name##_fetch_add(v i, t *a);                                                             \
	v name##_fetch_or(v i, t *a);                                                              \
	v name##_fetch_and(v i, t *a);                                                             \
	v name##_xchg(t *a, v n);                                                                  \
	v name##_cmpxchg(t *a, v old, v n);                                                        \
	bool name##_add_unless(t *a, v i, v u);                                                    \
	v name##_dec_if_positive(t *a);                                                            \
	static inline v name##_read(const t *a)                                                    \
	{                                                                                          \
		return READ_ONCE(a->counter);                                                      \
	}                                                                                          \
	static inline v name##_read_acquire(const t *a)                                            \
	{                                                                                          \
		return __atomic_load_n(&a->counter, __ATOMIC_ACQUIRE);                             \
	}                                                                                          \
	static inline void name##_set(t *a, v i)                                                   \
	{                                                                                          \
		WRITE_ONCE(a->counter, i);                                                         \
	}                                                                                          \
	static inline void name##_set_release(t *a, v i)                                           \
	{                                                                                          \
		__atomic_store_n(&a->counter, i, __ATOMIC_RELEASE);                                \
	}                                                                                          \
	static inline void name##_add(v i, t *a)                                                   \
	{                                                                                          \
		(void)name##_fetch_add(i, a);                                                      \
	}                                                                                          \
	static inline void name##_sub(v i, t *a)                                                   \
	{                                                                                          \
		(void)name##_fetch_add(-i, a);                                                     \
	}                                                                                          \
	static inline void name##_inc(t *a)                                                        \
	{                                                                                          \
		(void)name##_fetch_add(1, a);                                                      \
	}                                                                                          \
	static inline void name##_dec(t *a)                                                        \
	{                                                                                          \
		(void)name##_fetch_add(-1, a);                                                     \
	}                                                                                          \
	static inline void name##_or(v i, t *a)                                                    \
	{                                                                                          \
		(void)name##_fetch_or(i, a);                                                       \
	}                                                                                          \
	static inline void name##_and(v i, t *a)                                                   \
	{                                                                                          \
		(void)name##_fetch_and(i, a);                                                      \
	}                                                                                          \
	static inline v name##_add_return(v i, t *a)                                               \
	{                                                                                          \
		return name##_fetch_add(i, a) + i;                                                 \
	}                                                                                          \
	static inline v name##_sub_return(v i, t *a)                                               \
	{                                                                                          \
		return name##_fetch_add(-i, a) - i;                                                \
	}                                                                                          \
	static inline v name##_inc_return(t *a)                                                    \
	{                                                                                          \
		return name##_fetch_add(1, a) + 1;                                                 \
	}                                                                                          \
	static inline v name##_dec_return(t *a)                                                    \
	{                                                                                          \
		return name##_fetch_add(-1, a) - 1;                                                \
	}                                                                                          \
	static inline v name##_fetch_sub(v i, t *a)                                                \
	{                                                                                          \
		return name##_fetch_add(-i, a);                                                    \
	}                                                                                          \
	static inline v name##_fetch_inc(t *a)                                                     \
	{                                                                                          \
		return name##_fetch_add(1, a);                                                     \
	}                                                                                          \
	static inline v name##_fetch_dec(t *a)                                                     \
	{                                                                                          \
		return name##_fetch_add(-1, a);                                                    \
	}                                                                                          \
	static inline bool name##_inc_and_test(t *a)                                               \
	{                                                                                          \
		return name##_inc_return(a) == 0;                                                  \
	}                                                                                          \
	static inline bool name##_dec_and_test(t *a)                                               \
	{                                                                                          \
		return name##_dec_return(a) == 0;                                                  \
	}                                                                                          \
	static inline bool name##_sub_and_test(v i, t *a)                                          \
	{                                                                                          \
		return name##_sub_return(i, a) == 0;                                               \
	}                                                                                          \
	static inline bool name##_inc_not_zero(t *a)                                               \
	{                                                                                          \
		return name##_add_unless(a, 1, 0);                                                 \
	}                                                                                          \
	static inline bool name##_try_cmpxchg(t *a, v *old, v n)                                   \
	{                                                                                          \
		v o = name##_cmpxchg(a, *old, n);                                                  \
		bool ok = o == *old;                                                               \
                                                                                                   \
		*old = o;                                                                          \
		return ok;                                                                         \
	}
KATOMIC_OPS(atomic_t, atomic, int)
KATOMIC_OPS(atomic64_t, atomic64, s64)
KATOMIC_OPS(atomic_long_t, atomic_long, long)

#define smp_mb() __atomic_thread_fence(__ATOMIC_ACQ_REL)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic() barrier()
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_store_mb(var, v) WRITE_ONCE(var, v)

/* On plain variables: one library call per size, so nothing gets in between. */
u64 kxchg(void *p, u64 n, int bytes);
u64 kcmpxchg(void *p, u64 old, u64 n, int bytes);
#define xchg(p, n) ((__typeof__(*(p)))kxchg((void *)(p), (u64)(n), sizeof(*(p))))
#define cmpxchg(p, o, n) ((__typeof__(*(p)))kcmpxchg((void *)(p), (u64)(o), (u64)(n), sizeof(*(p))))

void cpu_relax(void);

#endif
