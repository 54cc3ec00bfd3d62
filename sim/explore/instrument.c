/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The __tsan_* entry points (names and signatures as gcc 12 emits them for C). See instrument.h.
 * The bodies of the atomics also execute the operation itself, because the compiler replaced it.
 */
#include "explore/instrument.h"
/* Under a sanitizer gcc knows these names as builtins on void pointers; the ABI is the same. */
#pragma GCC diagnostic ignored "-Wbuiltin-declaration-mismatch"
#include "soc/machine.h"

struct instrument instrument = {.access_ns = 1};

void instrument_reset(void)
{
	instrument = (struct instrument){.access_ns = 1};
}

static inline void instrument_access(const void *addr, size_t bytes, unsigned access,
				     const void *pc)
{
	/* Constructors and code outside a run have no PE to charge. */
	if (!machine || !machine->running || fiber_self() != machine->running->fiber)
		return;
	instrument.accesses++;
	if (instrument.hook)
		instrument.hook(addr, bytes, access, pc);
	if (instrument.access_ns)
		pe_charge(instrument.access_ns);
	else
		pe_point();
}

#define CALLER __builtin_return_address(0)
#define EXPORT __attribute__((visibility("default")))

EXPORT void __tsan_init(void);
EXPORT void __tsan_init(void) {}
EXPORT void __tsan_func_entry(void *pc);
EXPORT void __tsan_func_entry(void *pc)
{
	(void)pc;
}
EXPORT void __tsan_func_exit(void);
EXPORT void __tsan_func_exit(void) {}

#define PLAIN(name, bytes, access)                                                                 \
	EXPORT void __tsan_##name(void *addr);                                                     \
	EXPORT void __tsan_##name(void *addr)                                                      \
	{                                                                                          \
		instrument_access(addr, bytes, access, CALLER);                                    \
	}

#define WIDTH(bytes)                                                                               \
	PLAIN(read##bytes, bytes, ACCESS_READ)                                                     \
	PLAIN(write##bytes, bytes, ACCESS_WRITE)                                                   \
	PLAIN(unaligned_read##bytes, bytes, ACCESS_READ)                                           \
	PLAIN(unaligned_write##bytes, bytes, ACCESS_WRITE)                                         \
	PLAIN(volatile_read##bytes, bytes, ACCESS_READ | ACCESS_MARKED)                            \
	PLAIN(volatile_write##bytes, bytes, ACCESS_WRITE | ACCESS_MARKED)                          \
	PLAIN(unaligned_volatile_read##bytes, bytes, ACCESS_READ | ACCESS_MARKED)                  \
	PLAIN(unaligned_volatile_write##bytes, bytes, ACCESS_WRITE | ACCESS_MARKED)

WIDTH(1)
WIDTH(2)
WIDTH(4)
WIDTH(8)
WIDTH(16)

EXPORT void __tsan_read_range(void *addr, unsigned long bytes);
EXPORT void __tsan_read_range(void *addr, unsigned long bytes)
{
	instrument_access(addr, bytes, ACCESS_READ, CALLER);
}
EXPORT void __tsan_write_range(void *addr, unsigned long bytes);
EXPORT void __tsan_write_range(void *addr, unsigned long bytes)
{
	instrument_access(addr, bytes, ACCESS_WRITE, CALLER);
}

#define RW (ACCESS_WRITE | ACCESS_MARKED)
#define FETCH(bits, type, op)                                                                      \
	EXPORT type __tsan_atomic##bits##_fetch_##op(volatile type *p, type v, int mo);            \
	EXPORT type __tsan_atomic##bits##_fetch_##op(volatile type *p, type v, int mo)             \
	{                                                                                          \
		(void)mo;                                                                          \
		instrument_access((const void *)p, sizeof(type), RW, CALLER);                      \
		return __atomic_fetch_##op(p, v, __ATOMIC_SEQ_CST);                                \
	}
#define EXCHANGE_IF(bits, type, strength, weak)                                                    \
	EXPORT int __tsan_atomic##bits##_compare_exchange_##strength(volatile type *p, type *old,  \
								     type v, int mo, int fmo);     \
	EXPORT int __tsan_atomic##bits##_compare_exchange_##strength(volatile type *p, type *old,  \
								     type v, int mo, int fmo)      \
	{                                                                                          \
		(void)mo;                                                                          \
		(void)fmo;                                                                         \
		instrument_access((const void *)p, sizeof(type), RW, CALLER);                      \
		return __atomic_compare_exchange_n(p, old, v, 0, __ATOMIC_SEQ_CST,                 \
						   __ATOMIC_SEQ_CST);                              \
	}
#define ATOMIC(bits, type)                                                                         \
	EXPORT type __tsan_atomic##bits##_load(const volatile type *p, int mo);                    \
	EXPORT type __tsan_atomic##bits##_load(const volatile type *p, int mo)                     \
	{                                                                                          \
		(void)mo;                                                                          \
		instrument_access((const void *)p, sizeof(type), ACCESS_READ | ACCESS_MARKED,      \
				  CALLER);                                                         \
		return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                       \
	}                                                                                          \
	EXPORT void __tsan_atomic##bits##_store(volatile type *p, type v, int mo);                 \
	EXPORT void __tsan_atomic##bits##_store(volatile type *p, type v, int mo)                  \
	{                                                                                          \
		(void)mo;                                                                          \
		instrument_access((const void *)p, sizeof(type), RW, CALLER);                      \
		__atomic_store_n(p, v, __ATOMIC_SEQ_CST);                                          \
	}                                                                                          \
	EXPORT type __tsan_atomic##bits##_exchange(volatile type *p, type v, int mo);              \
	EXPORT type __tsan_atomic##bits##_exchange(volatile type *p, type v, int mo)               \
	{                                                                                          \
		(void)mo;                                                                          \
		instrument_access((const void *)p, sizeof(type), RW, CALLER);                      \
		return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);                                \
	}                                                                                          \
	EXPORT type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type old, type v, \
							       int mo, int fmo);                   \
	EXPORT type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type old, type v, \
							       int mo, int fmo)                    \
	{                                                                                          \
		(void)mo;                                                                          \
		(void)fmo;                                                                         \
		instrument_access((const void *)p, sizeof(type), RW, CALLER);                      \
		__atomic_compare_exchange_n(p, &old, v, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);    \
		return old;                                                                        \
	}                                                                                          \
	FETCH(bits, type, add)                                                                     \
	FETCH(bits, type, sub)                                                                     \
	FETCH(bits, type, and)                                                                     \
	FETCH(bits, type, or)                                                                      \
	FETCH(bits, type, xor)                                                                     \
	FETCH(bits, type, nand)                                                                    \
	EXCHANGE_IF(bits, type, strong, 0)                                                         \
	EXCHANGE_IF(bits, type, weak, 1)

ATOMIC(8, uint8_t)
ATOMIC(16, uint16_t)
ATOMIC(32, uint32_t)
ATOMIC(64, uint64_t)

EXPORT void __tsan_atomic_thread_fence(int mo);
EXPORT void __tsan_atomic_thread_fence(int mo)
{
	(void)mo;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
EXPORT void __tsan_atomic_signal_fence(int mo);
EXPORT void __tsan_atomic_signal_fence(int mo)
{
	(void)mo;
}
