/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H
/*
 * Cleanup at the end of a scope. A "free" is a function for one kind of pointer; a "class" is a
 * type with a constructor and a destructor; a "guard" is a class that holds a lock.
 */
#include <linux/compiler.h>
#include <linux/types.h>

#define __cleanup(fn) __attribute__((cleanup(fn)))

#define DEFINE_FREE(name_, type_, free_)                                                           \
	static inline void __free_##name_(void *p)                                                 \
	{                                                                                          \
		type_ _T = *(type_ *)p;                                                            \
		free_;                                                                             \
	}
#define __free(name_) __cleanup(__free_##name_)
/* Takes the pointer out of the hands of its cleanup. */
#define no_free_ptr(p)                                                                             \
	({                                                                                         \
		__typeof__(p) v__ = (p);                                                           \
		(p) = NULL;                                                                        \
		v__;                                                                               \
	})
#define return_ptr(p) return no_free_ptr(p)
#define retain_and_null_ptr(p) ((void)no_free_ptr(p))

#define DEFINE_CLASS(name_, type_, exit_, init_, init_args_...)                                    \
	typedef type_ class_##name_##_t;                                                           \
	static __always_inline void class_##name_##_destructor(type_ *p)                           \
	{                                                                                          \
		type_ _T = *p;                                                                     \
		exit_;                                                                             \
	}                                                                                          \
	static __always_inline type_ class_##name_##_constructor(init_args_)                       \
	{                                                                                          \
		type_ t = init_;                                                                   \
		return t;                                                                          \
	}
#define CLASS(name_, var_)                                                                         \
	class_##name_##_t var_ __cleanup(class_##name_##_destructor) = class_##name_##_constructor

/* A guard whose lock is an object: the class holds the pointer to it. */
#define DEFINE_GUARD(name_, type_, lock_, unlock_)                                                 \
	DEFINE_CLASS(                                                                              \
		name_, type_, if (_T) { unlock_; }, ({                                             \
			lock_;                                                                     \
			_T;                                                                        \
		}),                                                                                \
		type_ _T)                                                                          \
	static __always_inline void *class_##name_##_lock_ptr(class_##name_##_t *_T)               \
	{                                                                                          \
		return (void *)*_T;                                                                \
	}
/* A variant that may fail: @try_ is true when the lock was taken. */
#define DEFINE_GUARD_COND(name_, ext_, try_)                                                       \
	typedef class_##name_##_t class_##name_##ext_##_t;                                         \
	static __always_inline void class_##name_##ext_##_destructor(class_##name_##_t *p)         \
	{                                                                                          \
		class_##name_##_destructor(p);                                                     \
	}                                                                                          \
	static __always_inline class_##name_##_t class_##name_##ext_##_constructor(                \
		class_##name_##_t _T)                                                              \
	{                                                                                          \
		return _T && (try_) ? _T : NULL;                                                   \
	}                                                                                          \
	static __always_inline void *class_##name_##ext_##_lock_ptr(class_##name_##_t *_T)         \
	{                                                                                          \
		return class_##name_##_lock_ptr(_T);                                               \
	}

/* A guard with more to remember than the lock (interrupt flags). */
#define DEFINE_LOCK_GUARD_1(name_, type_, lock_, unlock_, members_...)                             \
	typedef struct {                                                                           \
		type_ *lock;                                                                       \
		members_;                                                                          \
	} class_##name_##_t;                                                                       \
	static __always_inline void class_##name_##_destructor(class_##name_##_t *_T)              \
	{                                                                                          \
		if (_T->lock) {                                                                    \
			unlock_;                                                                   \
		}                                                                                  \
	}                                                                                          \
	static __always_inline void *class_##name_##_lock_ptr(class_##name_##_t *_T)               \
	{                                                                                          \
		return (void *)_T->lock;                                                           \
	}                                                                                          \
	static __always_inline class_##name_##_t class_##name_##_constructor(type_ *l)             \
	{                                                                                          \
		class_##name_##_t t = {.lock = l}, *_T = &t;                                       \
		lock_;                                                                             \
		return t;                                                                          \
	}
/* A guard without an object (RCU, preemption, interrupts). */
#define DEFINE_LOCK_GUARD_0(name_, lock_, unlock_, members_...)                                    \
	typedef struct {                                                                           \
		void *lock;                                                                        \
		members_;                                                                          \
	} class_##name_##_t;                                                                       \
	static __always_inline void class_##name_##_destructor(class_##name_##_t *_T)              \
	{                                                                                          \
		if (_T->lock) {                                                                    \
			unlock_;                                                                   \
		}                                                                                  \
	}                                                                                          \
	static __always_inline void *class_##name_##_lock_ptr(class_##name_##_t *_T)               \
	{                                                                                          \
		return _T->lock;                                                                   \
	}                                                                                          \
	static __always_inline class_##name_##_t class_##name_##_constructor(void)                 \
	{                                                                                          \
		class_##name_##_t t = {.lock = (void *)1}, *_T __maybe_unused = &t;                \
		lock_;                                                                             \
		return t;                                                                          \
	}

#define __guard_ptr(name_) class_##name_##_lock_ptr
#define guard(name_) CLASS(name_, __UNIQUE_ID(guard))
#define scoped_guard(name_, args_...)                                                              \
	for (CLASS(name_, scope)(args_), *done__ = NULL; !done__ && __guard_ptr(name_)(&scope);    \
	     done__ = (void *)1)
#define scoped_cond_guard(name_, fail_, args_...)                                                  \
	for (CLASS(name_, scope)(args_), *done__ = NULL; !done__; done__ = (void *)1)              \
		if (!__guard_ptr(name_)(&scope)) {                                                 \
			fail_;                                                                     \
		} else
#endif
