/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Atomic read-modify-write operations and reference counts. They live in the library, which is not
 * instrumented, so no interrupt and no other PE can come between the read and the write.
 */
#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/bug.h>
#include "core/watch.h"

#define RMW(a) WATCH(atomic, a, sizeof(*(a)), __builtin_return_address(0))

#define KATOMIC_DEFINE(t, name, v)                                                                 \
	v name##_fetch_add(v i, t *a)                                                              \
	{                                                                                          \
		v old;                                                                             \
                                                                                                   \
		RMW(a);                                                                            \
		old = (v)a->counter;                                                               \
		__builtin_add_overflow(old, i, &a->counter); /* wraps, as the kernel's do */       \
		return old;                                                                        \
	}                                                                                          \
	v name##_fetch_or(v i, t *a)                                                               \
	{                                                                                          \
		v old;                                                                             \
                                                                                                   \
		RMW(a);                                                                            \
		old = (v)a->counter;                                                               \
                                                                                                   \
		a->counter = old | i;                                                              \
		return old;                                                                        \
	}                                                                                          \
	v name##_fetch_and(v i, t *a)                                                              \
	{                                                                                          \
		v old;                                                                             \
                                                                                                   \
		RMW(a);                                                                            \
		old = (v)a->counter;                                                               \
                                                                                                   \
		a->counter = old & i;                                                              \
		return old;                                                                        \
	}                                                                                          \
	v name##_xchg(t *a, v n)                                                                   \
	{                                                                                          \
		v old;                                                                             \
                                                                                                   \
		RMW(a);                                                                            \
		old = (v)a->counter;                                                               \
                                                                                                   \
		a->counter = n;                                                                    \
		return old;                                                                        \
	}                                                                                          \
	v name##_cmpxchg(t *a, v old, v n)                                                         \
	{                                                                                          \
		v was;                                                                             \
                                                                                                   \
		RMW(a);                                                                            \
		was = (v)a->counter;                                                               \
		if (was == old)                                                                    \
			a->counter = n;                                                            \
		return was;                                                                        \
	}                                                                                          \
	bool name##_add_unless(t *a, v i, v u)                                                     \
	{                                                                                          \
		RMW(a);                                                                            \
		if ((v)a->counter == u)                                                            \
			return false;                                                              \
		__builtin_add_overflow((v)a->counter, i, &a->counter);                             \
		return true;                                                                       \
	}                                                                                          \
	v name##_dec_if_positive(t *a)                                                             \
	{                                                                                          \
		v left;                                                                            \
                                                                                                   \
		RMW(a);                                                                            \
		left = (v)a->counter - 1;                                                          \
		if (left >= 0)                                                                     \
			a->counter = left;                                                         \
		return left;                                                                       \
	}
KATOMIC_DEFINE(atomic_t, atomic, int)
KATOMIC_DEFINE(atomic64_t, atomic64, s64)
KATOMIC_DEFINE(atomic_long_t, atomic_long, long)

static u64 load(void *p, int bytes)
{
	switch (bytes) {
	case 1:
		return *(u8 *)p;
	case 2:
		return *(u16 *)p;
	case 4:
		return *(u32 *)p;
	default:
		return *(u64 *)p;
	}
}

static void store(void *p, u64 v, int bytes)
{
	switch (bytes) {
	case 1:
		*(u8 *)p = (u8)v;
		break;
	case 2:
		*(u16 *)p = (u16)v;
		break;
	case 4:
		*(u32 *)p = (u32)v;
		break;
	default:
		*(u64 *)p = v;
	}
}

u64 kxchg(void *p, u64 n, int bytes)
{
	u64 old;

	WATCH(atomic, p, (size_t)bytes, __builtin_return_address(0));
	old = load(p, bytes);
	store(p, n, bytes);
	return old;
}

u64 kcmpxchg(void *p, u64 old, u64 n, int bytes)
{
	u64 was;

	WATCH(atomic, p, (size_t)bytes, __builtin_return_address(0));
	was = load(p, bytes);
	if (bytes < 8)
		old &= (1ULL << bytes * 8) - 1;
	if (was == old)
		store(p, n, bytes);
	return was;
}

/* --- reference counts ---------------------------------------------------------------------------
 */
static void saturate(refcount_t *r, const char *what)
{
	r->refs.counter = REFCOUNT_SATURATED;
	kwarn("lib/refcount.c", 0, what);
}

static void add(int i, refcount_t *r)
{
	int old = r->refs.counter;

	if (old == 0)
		saturate(r, "refcount_t: addition on 0; use-after-free.");
	else if (old < 0 || old > REFCOUNT_MAX - i)
		saturate(r, "refcount_t: saturated; leaking memory.");
	else
		r->refs.counter = old + i;
}

void refcount_add(int i, refcount_t *r)
{
	RMW(r);
	add(i, r);
}

void refcount_inc(refcount_t *r)
{
	RMW(r);
	add(1, r);
}

bool refcount_add_not_zero(int i, refcount_t *r)
{
	RMW(r);
	if (!r->refs.counter)
		return false;
	add(i, r);
	return true;
}

bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

bool refcount_sub_and_test(int i, refcount_t *r)
{
	int old;

	RMW(r);
	old = r->refs.counter;
	if (old < i) { /* also when saturated */
		saturate(r, "refcount_t: underflow; use-after-free.");
		return false;
	}
	r->refs.counter = old - i;
	return old == i;
}

bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

static void dec(refcount_t *r)
{
	int old = r->refs.counter;

	if (old <= 1)
		saturate(r, "refcount_t: decrement hit 0; leaking memory.");
	else
		r->refs.counter = old - 1;
}

void refcount_dec(refcount_t *r)
{
	RMW(r);
	dec(r);
}

bool refcount_dec_if_one(refcount_t *r)
{
	RMW(r);
	if (r->refs.counter != 1)
		return false;
	r->refs.counter = 0;
	return true;
}

bool refcount_dec_not_one(refcount_t *r)
{
	RMW(r);
	if (r->refs.counter == 1)
		return false;
	dec(r);
	return true;
}

bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	mutex_lock(lock);
	if (!refcount_dec_and_test(r)) {
		mutex_unlock(lock);
		return false;
	}
	return true;
}

bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock(lock);
	if (!refcount_dec_and_test(r)) {
		spin_unlock(lock);
		return false;
	}
	return true;
}
