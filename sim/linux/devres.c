/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Managed resources: a list of release functions on the device, run in reverse order when a probe
 * fails, when the driver lets go of the device, or when the device goes. Not modelled: groups.
 */
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include "linux/kdev_internal.h"

struct kdevres {
	struct kdevres *next; /* the one added before */
	void (*release)(void *data);
	void *data; /* memory behind this record, or the user's own */
	unsigned int irq;
	bool memory, is_irq;
};

static struct kdevres *add(struct device *dev, size_t bytes, gfp_t gfp)
{
	struct kdevres *r = kzalloc(sizeof(*r) + bytes, gfp);

	if (!r)
		return NULL;
	r->next = dev->kdevres;
	dev->kdevres = r;
	r->data = r + 1;
	return r;
}

static void run(struct kdevres *r)
{
	if (r->is_irq)
		free_irq(r->irq, r->data);
	else if (!r->memory)
		r->release(r->data);
	kfree(r);
}

void kdevres_release_all(struct device *dev)
{
	while (dev->kdevres) {
		struct kdevres *r = dev->kdevres;

		dev->kdevres = r->next;
		run(r);
	}
}

/* A product that does not fit comes as SIZE_MAX (size_mul), and no allocator has that. */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	struct kdevres *r = size > SIZE_MAX - sizeof(*r) ? NULL : add(dev, size, gfp);

	if (!r)
		return NULL;
	r->memory = true;
	return r->data;
}

char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	return s ? devm_kmemdup(dev, s, strlen(s) + 1, gfp) : NULL;
}

void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
{
	void *p = devm_kmalloc(dev, len, gfp);

	return p ? memcpy(p, src, len) : NULL;
}

char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = devm_kmalloc(dev, (size_t)n + 1, gfp);
	if (!text)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}

static struct kdevres *take(struct device *dev, void (*release)(void *), const void *data)
{
	for (struct kdevres **at = &dev->kdevres; *at; at = &(*at)->next) {
		struct kdevres *r = *at;

		if (r->data == data && r->release == release && !r->is_irq) {
			*at = r->next;
			return r;
		}
	}
	return NULL;
}

void devm_kfree(struct device *dev, const void *p)
{
	struct kdevres *r = p ? take(dev, NULL, p) : NULL;

	WARN_ON(p && !r);
	kfree(r);
}

int devm_add_action(struct device *dev, void (*action)(void *), void *data)
{
	struct kdevres *r = add(dev, 0, GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	r->release = action;
	r->data = data;
	return 0;
}

int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data)
{
	int err = devm_add_action(dev, action, data);

	if (err)
		action(data);
	return err;
}

void devm_remove_action(struct device *dev, void (*action)(void *), void *data)
{
	struct kdevres *r = take(dev, action, data);

	WARN_ON(!r);
	kfree(r);
}

void devm_release_action(struct device *dev, void (*action)(void *), void *data)
{
	struct kdevres *r = take(dev, action, data);

	if (!WARN_ON(!r))
		run(r);
}

int devm_request_threaded_irq(struct device *dev, unsigned int irq, irq_handler_t handler,
			      irq_handler_t thread_fn, unsigned long flags, const char *name,
			      void *dev_id)
{
	struct kdevres *r = add(dev, 0, GFP_KERNEL);
	int err;

	if (!r)
		return -ENOMEM;
	err = request_threaded_irq(irq, handler, thread_fn, flags, name ? name : dev_name(dev),
				   dev_id);
	if (err) {
		dev->kdevres = r->next;
		kfree(r);
		return err;
	}
	r->is_irq = true;
	r->irq = irq;
	r->data = dev_id;
	return 0;
}
