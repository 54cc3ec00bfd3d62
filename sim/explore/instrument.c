/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The __tsan_* entry points (names and signatures as gcc 12 emits them for C). See instrument.h.
 * The bodies of the atomics also execute the operation itself, because the compiler replaced it.
 */
#include "explore/instrument.h"
/* Under a sanitizer gcc knows these names as builtins on void pointers; the ABI is the same. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wbuiltin-declaration-mismatch"
#endif
#include <string.h>
#include "core/symbol.h"
#include "soc/machine.h"

TRACE_KIND(trace_access, "code.access",
	   "an instrumented driver or SP is about to access memory (machine.points: access)",
	   "function$", "access$", "file$", "line", "bytes");

struct instrument instrument;

void instrument_reset(void)
{
	instrument = (struct instrument){0};
}

static void emit(size_t bytes, unsigned access, const void *pc)
{
	static const char *const words[] = {"read", "write", "marked-read", "marked-write"};
	const struct symbol *s = symbol_at(pc);

	TRACE(&machine->trace, trace_access, trace_intern(s->function),
	      trace_intern(words[access & 3]), trace_intern(s->file ? s->file : "?"),
	      (uint64_t)s->line, bytes);
}

/* Constructors and code outside a run have no PE to charge; an event's function takes no time. */
static bool in_flow(void)
{
	const struct machine *m = machine;

	return instrument.on && m && m->running && !m->in_event &&
	       fiber_self() == m->running->fiber;
}

extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));

bool instrument_is_library(const void *pc)
{
	return (const char *)pc >= __ehdr_start && (const char *)pc < etext;
}

/* What the library does for itself is one step: its tables are only whole between two charges. */
void instrument_call(const void *obj, const void *pc)
{
	if (!in_flow() || instrument_is_library(pc))
		return;
	instrument.accesses++;
	if (instrument.access[INSTRUMENT_STRATEGY])
		instrument.access[INSTRUMENT_STRATEGY](obj, 0, ACCESS_CALL, pc);
	pe_charge(cost()->module_code_ns);
}

void instrument_access(const void *addr, size_t bytes, unsigned access, const void *pc)
{
	if (!in_flow() || fiber_own_stack(addr))
		return;
	instrument.accesses++;
	if (instrument.trace)
		emit(bytes, access, pc);
	if (instrument.access[INSTRUMENT_STRATEGY])
		instrument.access[INSTRUMENT_STRATEGY](addr, bytes, access, pc);
	pe_charge(cost()->module_code_ns);
	if (instrument.access[INSTRUMENT_DETECTOR])
		instrument.access[INSTRUMENT_DETECTOR](addr, bytes, access, pc);
}

#define CALLER __builtin_return_address(0)
#define EXPORT __attribute__((visibility("default")))

EXPORT void __sanitizer_cov_trace_pc(void);
EXPORT void __sanitizer_cov_trace_pc(void)
{
	if (__builtin_expect(instrument.block != NULL, 0))
		instrument.block(CALLER);
}

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
	instrument_access(addr, bytes, ACCESS_READ | ACCESS_RANGE, CALLER);
}
EXPORT void __tsan_write_range(void *addr, unsigned long bytes);
EXPORT void __tsan_write_range(void *addr, unsigned long bytes)
{
	instrument_access(addr, bytes, ACCESS_WRITE | ACCESS_RANGE, CALLER);
}

#define RW (ACCESS_WRITE | ACCESS_MARKED)

/* Of the __ATOMIC_* numbers. Consume counts as acquire, as it does in the kernel's rules. */
static unsigned order(int mo)
{
	switch (mo) {
	case __ATOMIC_RELAXED:
		return 0;
	case __ATOMIC_CONSUME:
	case __ATOMIC_ACQUIRE:
		return ACCESS_ACQUIRE;
	case __ATOMIC_RELEASE:
		return ACCESS_RELEASE;
	default:
		return ACCESS_ACQUIRE | ACCESS_RELEASE;
	}
}

#define FETCH(bits, type, op)                                                                      \
	EXPORT type __tsan_atomic##bits##_fetch_##op(volatile type *p, type v, int mo);            \
	EXPORT type __tsan_atomic##bits##_fetch_##op(volatile type *p, type v, int mo)             \
	{                                                                                          \
		instrument_access((const void *)p, sizeof(type), RW | order(mo), CALLER);          \
		return __atomic_fetch_##op(p, v, __ATOMIC_SEQ_CST);                                \
	}
#define EXCHANGE_IF(bits, type, strength, weak)                                                    \
	EXPORT int __tsan_atomic##bits##_compare_exchange_##strength(volatile type *p, type *old,  \
								     type v, int mo, int fmo);     \
	EXPORT int __tsan_atomic##bits##_compare_exchange_##strength(volatile type *p, type *old,  \
								     type v, int mo, int fmo)      \
	{                                                                                          \
		(void)fmo;                                                                         \
		instrument_access((const void *)p, sizeof(type), RW | order(mo), CALLER);          \
		return __atomic_compare_exchange_n(p, old, v, 0, __ATOMIC_SEQ_CST,                 \
						   __ATOMIC_SEQ_CST);                              \
	}
#define ATOMIC(bits, type)                                                                         \
	EXPORT type __tsan_atomic##bits##_load(const volatile type *p, int mo);                    \
	EXPORT type __tsan_atomic##bits##_load(const volatile type *p, int mo)                     \
	{                                                                                          \
		instrument_access((const void *)p, sizeof(type),                                   \
				  ACCESS_READ | ACCESS_MARKED | order(mo), CALLER);                \
		return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                       \
	}                                                                                          \
	EXPORT void __tsan_atomic##bits##_store(volatile type *p, type v, int mo);                 \
	EXPORT void __tsan_atomic##bits##_store(volatile type *p, type v, int mo)                  \
	{                                                                                          \
		instrument_access((const void *)p, sizeof(type), RW | order(mo), CALLER);          \
		__atomic_store_n(p, v, __ATOMIC_SEQ_CST);                                          \
	}                                                                                          \
	EXPORT type __tsan_atomic##bits##_exchange(volatile type *p, type v, int mo);              \
	EXPORT type __tsan_atomic##bits##_exchange(volatile type *p, type v, int mo)               \
	{                                                                                          \
		instrument_access((const void *)p, sizeof(type), RW | order(mo), CALLER);          \
		return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);                                \
	}                                                                                          \
	EXPORT type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type old, type v, \
							       int mo, int fmo);                   \
	EXPORT type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type old, type v, \
							       int mo, int fmo)                    \
	{                                                                                          \
		(void)fmo;                                                                         \
		instrument_access((const void *)p, sizeof(type), RW | order(mo), CALLER);          \
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
	if (instrument.fence && in_flow())
		instrument.fence(order(mo));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
EXPORT void __tsan_atomic_signal_fence(int mo);
EXPORT void __tsan_atomic_signal_fence(int mo)
{
	(void)mo;
}

/*
 * Library functions on memory are calls the compiler does not announce. Instrumented images are
 * linked with --wrap for these names: two points, one for what is read and one for what is written.
 */
EXPORT void *__wrap_memcpy(void *to, const void *from, size_t bytes);
EXPORT void *__wrap_memcpy(void *to, const void *from, size_t bytes)
{
	if (bytes) {
		instrument_access(from, bytes, ACCESS_READ | ACCESS_RANGE, CALLER);
		instrument_access(to, bytes, ACCESS_WRITE | ACCESS_RANGE, CALLER);
	}
	return memcpy(to, from, bytes);
}

EXPORT void *__wrap_memmove(void *to, const void *from, size_t bytes);
EXPORT void *__wrap_memmove(void *to, const void *from, size_t bytes)
{
	if (bytes) {
		instrument_access(from, bytes, ACCESS_READ | ACCESS_RANGE, CALLER);
		instrument_access(to, bytes, ACCESS_WRITE | ACCESS_RANGE, CALLER);
	}
	return memmove(to, from, bytes);
}

EXPORT void *__wrap_memset(void *to, int value, size_t bytes);
EXPORT void *__wrap_memset(void *to, int value, size_t bytes)
{
	if (bytes)
		instrument_access(to, bytes, ACCESS_WRITE | ACCESS_RANGE, CALLER);
	return memset(to, value, bytes);
}

EXPORT int __wrap_memcmp(const void *a, const void *b, size_t bytes);
EXPORT int __wrap_memcmp(const void *a, const void *b, size_t bytes)
{
	if (bytes) {
		instrument_access(a, bytes, ACCESS_READ | ACCESS_RANGE, CALLER);
		instrument_access(b, bytes, ACCESS_READ | ACCESS_RANGE, CALLER);
	}
	return memcmp(a, b, bytes);
}

/* What clang makes of a comparison for equality only. */
EXPORT int __wrap_bcmp(const void *a, const void *b, size_t bytes)
	__attribute__((alias("__wrap_memcmp")));
/* How clang from 15 on calls them where a structure is copied or cleared. */
EXPORT void *__tsan_memcpy(void *to, const void *from, size_t bytes)
	__attribute__((alias("__wrap_memcpy")));
EXPORT void *__tsan_memmove(void *to, const void *from, size_t bytes)
	__attribute__((alias("__wrap_memmove")));
EXPORT void *__tsan_memset(void *to, int value, size_t bytes)
	__attribute__((alias("__wrap_memset")));
