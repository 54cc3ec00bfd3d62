/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H
#include <linux/kconfig.h>
/* Compiler words of kernel code. Sparse annotations mean nothing here. */
#define __user
#define __kernel
#define __iomem
#define __rcu
#define __percpu
#define __force
#define __must_check __attribute__((warn_unused_result))
#define __always_unused __attribute__((unused))
#define __maybe_unused __attribute__((unused))
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define __cold __attribute__((cold))
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __packed __attribute__((packed))
#define __aligned(x) __attribute__((aligned(x)))
#define noinline __attribute__((noinline))
#define __noreturn __attribute__((noreturn))
#undef __used
#define __used __attribute__((used))
#define __weak __attribute__((weak))
#define __section(s) __attribute__((section(s)))
#define __init
#define __exit
#define __initdata
#define __ro_after_init
#define __read_mostly
#define fallthrough __attribute__((fallthrough))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ volatile("" : : : "memory")
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define __same_type(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define BUILD_BUG_ON_ZERO(e) ((int)(sizeof(struct { int : (-!!(e)); })))
#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)
#define __initconst
#define __exitdata
#define __exit_p(x) x
#define __init_or_module
#define __refdata
#define __private
#undef __pure
#define __pure __attribute__((pure))
#undef __attribute_const__
#define __attribute_const__ __attribute__((const))
#undef __malloc
#define __malloc __attribute__((malloc))
#undef __alloc_size
#define __alloc_size(...) __attribute__((alloc_size(__VA_ARGS__)))
#undef __counted_by
#define __counted_by(member)
#undef __nonstring
#define __nonstring
#define __randomize_layout
#define __designated_init
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)
#undef __cacheline_aligned
#define __cacheline_aligned __attribute__((aligned(64)))
#define ____cacheline_aligned __attribute__((aligned(64)))
#define ____cacheline_aligned_in_smp __attribute__((aligned(64)))
#define asmlinkage
#define noinline_for_stack noinline
#define unreachable() __builtin_unreachable()
#define data_race(expr) (expr)
#define static_assert(expr, ...) _Static_assert(expr, "" __VA_ARGS__ #expr)
#define offsetofend(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))
#define __UNIQUE_ID_2_(a, b) a##b
#define __UNIQUE_ID_1_(a, b) __UNIQUE_ID_2_(a, b)
#define __UNIQUE_ID(prefix) __UNIQUE_ID_1_(__UNIQUE_ID_##prefix, __COUNTER__)
/* A record in a section that is read in the order in which a file has it. */
#if __has_attribute(no_reorder)
#define __ffasim_record(name) __attribute__((used, no_reorder, section(name), aligned(8)))
#else
#define __ffasim_record(name) __attribute__((used, section(name), aligned(8)))
#endif
#endif
