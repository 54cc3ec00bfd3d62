/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H
/* Scope-based cleanup. */
#include <linux/compiler.h>
#define __cleanup(fn) __attribute__((cleanup(fn)))
#define DEFINE_FREE(name, type, free_)                                                             \
	static inline void __free_##name(void *p)                                                  \
	{                                                                                          \
		type _T = *(type *)p;                                                              \
		free_;                                                                             \
	}
#define __free(name) __cleanup(__free_##name)
#define no_free_ptr(p)                                                                             \
	({                                                                                         \
		__typeof__(p) v__ = (p);                                                           \
		(p) = NULL;                                                                        \
		v__;                                                                               \
	})
#define return_ptr(p) return no_free_ptr(p)
#define DEFINE_CLASS(name, type, exit_, init_, init_args...)                                       \
	typedef type class_##name##_t;                                                             \
	static inline void class_##name##_destructor(type *p)                                      \
	{                                                                                          \
		type _T = *p;                                                                      \
		exit_;                                                                             \
	}                                                                                          \
	static inline type class_##name##_constructor(init_args)                                   \
	{                                                                                          \
		type t = init_;                                                                    \
		return t;                                                                          \
	}
#define CLASS(name, var)                                                                           \
	class_##name##_t var __cleanup(class_##name##_destructor) = class_##name##_constructor
#define DEFINE_GUARD(name, type, lock_, unlock_)                                                   \
	DEFINE_CLASS(                                                                              \
		name, type, if (_T) { unlock_; }, ({                                               \
			lock_;                                                                     \
			_T;                                                                        \
		}),                                                                                \
		type _T)
#define GUARD_ID_2_(a, b) a##b
#define GUARD_ID_(a, b) GUARD_ID_2_(a, b)
#define guard(name) CLASS(name, GUARD_ID_(guard_, __COUNTER__))
#define scoped_guard(name, args...)                                                                \
	for (CLASS(name, scope)(args), *done__ = NULL; !done__; done__ = (void *)1)
#endif
