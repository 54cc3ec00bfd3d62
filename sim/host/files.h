/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding and reading what a world is made of: modules, SP images, manifests. */
#ifndef FFASIM_HOST_FILES_H
#define FFASIM_HOST_FILES_H

#include <stddef.h>

/* A manifest as a DTB in malloc'ed memory. A .dts is taken from the build tree when its .dtb is up
 * to date, else compiled by dtc; of an SP package it is the one inside. NULL with a reason. */
void *host_manifest_load(const char *path, size_t *bytes, char *why, size_t why_room);
/* "FILE:LINE:COLUMN" of a property in a manifest's source, else FILE. */
struct spmc_error;
const char *host_manifest_where(const char *path, const struct spmc_error *err, char *out,
				size_t room);
/* Path of an SP image: @image as given or beside the installation; NULL @image = the native image
 * named like the manifest. 0, or -ENOENT with the name that was looked for in @out. */
int host_image_find(const char *image, const char *manifest, char *out, size_t room);
/* Turns NAME.ko.so or NAME.sp.so into NAME.instr.ko.so or NAME.instr.sp.so when that is there. */
void host_prefer_instrumented(char *path, size_t room);
/* The folder of the headers modules are compiled against; NULL = not there. */
const char *host_kernel_headers(void);
/* What is preloaded into clients where seccomp is not allowed (preload.c); NULL = not there. */
const char *host_client_library(void);
/* @path as given, or below the source tree the build belongs to; NULL when neither exists. */
const char *host_path(const char *path, char *out, size_t room);

#endif
