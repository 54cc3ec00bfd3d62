/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H
/*
 * Module parameters: records in a section, set by the loader before the first initcall.
 * Not modelled: arrays, callbacks, changing them at run time through /sys/module.
 */
#include <linux/ffasim_module.h>
#include <linux/stat.h>
#include <linux/types.h>

#define module_param_named(name_, value_, type_, perm_)                                            \
	static const struct ffasim_param param_##name_ __ffasim_record("ffasim_param") = {         \
		.name = #name_, .type = #type_, .value = &(value_), .perm = perm_};                \
	_Static_assert(sizeof(value_) == sizeof(ffasim_param_##type_),                             \
		       "the variable of a parameter must have the parameter's type")
#define module_param(name_, type_, perm_) module_param_named(name_, name_, type_, perm_)
typedef bool ffasim_param_bool;
typedef int ffasim_param_int;
typedef unsigned int ffasim_param_uint;
typedef unsigned int ffasim_param_hexint;
typedef short ffasim_param_short;
typedef unsigned short ffasim_param_ushort;
typedef unsigned char ffasim_param_byte;
typedef long ffasim_param_long;
typedef unsigned long ffasim_param_ulong;
typedef unsigned long long ffasim_param_ullong;
typedef char *ffasim_param_charp;
#define MODULE_PARM_DESC(name_, text_) struct module
#endif
