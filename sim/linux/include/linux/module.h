/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H
/*
 * Modules. Each file that includes this header emits the same weak descriptor; the linker keeps one
 * per module image. Initcalls are records in a section, so that a module may have several.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/ffasim_module.h>
#include <linux/moduleparam.h>
#include <linux/stringify.h>
#include <linux/types.h>

#ifdef FFASIM_MODULE
#ifndef KBUILD_MODNAME
#error "KBUILD_MODNAME is not defined: pass -DKBUILD_MODNAME=\"name\""
#endif
extern const struct ffasim_initcall __start_ffasim_init[]
	__attribute__((weak, visibility("hidden")));
extern const struct ffasim_initcall __stop_ffasim_init[]
	__attribute__((weak, visibility("hidden")));
extern const struct ffasim_exitcall __start_ffasim_exit[]
	__attribute__((weak, visibility("hidden")));
extern const struct ffasim_exitcall __stop_ffasim_exit[]
	__attribute__((weak, visibility("hidden")));
extern const struct ffasim_param __start_ffasim_param[] __attribute__((weak, visibility("hidden")));
extern const struct ffasim_param __stop_ffasim_param[] __attribute__((weak, visibility("hidden")));
extern struct kunit_suite *const __start_ffasim_kunit[] __attribute__((weak, visibility("hidden")));
extern struct kunit_suite *const __stop_ffasim_kunit[] __attribute__((weak, visibility("hidden")));
__attribute__((weak, visibility("hidden"))) struct module __this_module = {.name = KBUILD_MODNAME};
__attribute__((weak, visibility("default"))) struct ffasim_module_desc ffasim_module = {
	.abi = FFASIM_MODULE_ABI,
	.module = &__this_module,
	.init = __start_ffasim_init,
	.init_end = __stop_ffasim_init,
	.exit = __start_ffasim_exit,
	.exit_end = __stop_ffasim_exit,
	.param = __start_ffasim_param,
	.param_end = __stop_ffasim_param,
	.kunit = __start_ffasim_kunit,
	.kunit_end = __stop_ffasim_kunit,
};
#define THIS_MODULE (&__this_module)
#else
#define THIS_MODULE ((struct module *)0)
#endif

#define FFASIM_INITCALL(level_, fn_)                                                               \
	static const struct ffasim_initcall fn_##_initcall __ffasim_record("ffasim_init") = {      \
		.level = level_, .fn = fn_, .name = #fn_}
#define core_initcall(fn) FFASIM_INITCALL(FFASIM_INIT_CORE, fn)
#define postcore_initcall(fn) FFASIM_INITCALL(FFASIM_INIT_POSTCORE, fn)
#define arch_initcall(fn) FFASIM_INITCALL(FFASIM_INIT_ARCH, fn)
#define subsys_initcall(fn) FFASIM_INITCALL(FFASIM_INIT_SUBSYS, fn)
#define fs_initcall(fn) FFASIM_INITCALL(FFASIM_INIT_FS, fn)
#define rootfs_initcall(fn) FFASIM_INITCALL(FFASIM_INIT_ROOTFS, fn)
#define device_initcall(fn) FFASIM_INITCALL(FFASIM_INIT_DEVICE, fn)
#define late_initcall(fn) FFASIM_INITCALL(FFASIM_INIT_LATE, fn)
#define module_init(fn) FFASIM_INITCALL(FFASIM_INIT_DEVICE, fn)
#define module_exit(fn_)                                                                           \
	static const struct ffasim_exitcall fn_##_exitcall __ffasim_record("ffasim_exit") = {      \
		.fn = fn_, .name = #fn_}

#define module_driver(driver_, register_, unregister_, ...)                                        \
	static int driver_##_init(void)                                                            \
	{                                                                                          \
		return register_(&(driver_), ##__VA_ARGS__);                                       \
	}                                                                                          \
	module_init(driver_##_init);                                                               \
	static void driver_##_exit(void)                                                           \
	{                                                                                          \
		unregister_(&(driver_), ##__VA_ARGS__);                                            \
	}                                                                                          \
	module_exit(driver_##_exit)

#define EXPORT_SYMBOL(sym) extern __typeof__(sym) sym
#define EXPORT_SYMBOL_GPL(sym) EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_NS_GPL(sym, ns) EXPORT_SYMBOL(sym)
#define MODULE_NOTE_(n) struct module
#define MODULE_LICENSE(x) MODULE_NOTE_(x)
#define MODULE_AUTHOR(x) MODULE_NOTE_(x)
#define MODULE_DESCRIPTION(x) MODULE_NOTE_(x)
#define MODULE_INFO(tag, x) MODULE_NOTE_(x)
#define MODULE_SOFTDEP(x) MODULE_NOTE_(x)
#define MODULE_VERSION(x) MODULE_NOTE_(x)
#define MODULE_ALIAS(x) MODULE_NOTE_(x)
#define MODULE_IMPORT_NS(x) MODULE_NOTE_(x)
#define MODULE_DEVICE_TABLE(type, name) MODULE_NOTE_(name)

/* NULL modules (built-in code) are always there; one that is being unloaded is not. */
static inline bool try_module_get(struct module *module)
{
	if (module && module->state == 2)
		return false;
	if (module)
		module->refcount++;
	return true;
}
static inline int module_refcount(struct module *module)
{
	return module ? module->refcount : 0;
}
static inline const char *module_name(struct module *module)
{
	return module ? module->name : "kernel";
}
static inline void __module_get(struct module *module)
{
	try_module_get(module);
}
static inline void module_put(struct module *module)
{
	if (module)
		module->refcount--;
}
#endif
