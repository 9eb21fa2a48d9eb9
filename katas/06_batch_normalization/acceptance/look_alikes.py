"""What the commonest mistakes in the functions of kata 06 give, by id, and the sentence for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from checker.suite import AnyOf

Array = np.ndarray[Any, Any]
# Where the argument eps is not used, it is one of these.
OWN_EPS = (1e-3, 1e-4, 1e-5)

UNBIASED = (
    "This is what a variance divided by n - 1 gives; it is divided by n, the number of entries of a channel."
)
EPS_OUTSIDE = "eps stands outside of the root: sqrt(var + eps) is not sqrt(var) + eps."
EPS_MISSING = "eps is missing: it is added to the variance, under the root."
BY_VARIANCE = "It divides by the variance; by its root, the deviation, it must be."
OWN = "It uses an eps of its own; the one that it is given counts."
EXCHANGED = "gamma and beta are exchanged: y = gamma z + beta."
EPS_SQUARED = "eps is squared under the root; it is added to the variance as it is."
EPS_SUBTRACTED = "eps is subtracted; it is added to the variance, under the root."

FORWARD = {
    "unbiased_variance": UNBIASED,
    "eps_outside_the_root": EPS_OUTSIDE,
    "eps_missing": EPS_MISSING,
    "eps_of_its_own": OWN,
    "divides_by_the_variance": BY_VARIANCE,
    "over_the_first_axis": "The mean is taken over the first axis alone. In images a channel goes over all rows and "
    "all places: "
    "over all axes but the last.",
    "over_the_last_axis": "The mean is taken over the last axis, the channels of one row (that is layer "
    "normalization). A channel "
    "goes over the batch: over all axes but the last.",
    "over_each_image": "Each image is normalised by its own mean and variance (that is instance normalization). A "
    "channel goes over the "
    "whole batch: over all axes but the last.",
    "over_all_numbers": "One mean is taken of all numbers; each channel has its own: over all axes but the last.",
    "gamma_and_beta_not_applied": "gamma and beta are not applied: y = gamma z + beta.",
    "gamma_missing": "gamma is not applied: y = gamma z + beta.",
    "beta_missing": "beta is not added: y = gamma z + beta.",
    "gamma_and_beta_exchanged": EXCHANGED,
    "beta_before_gamma": "beta is added before the multiplication by gamma: gamma (z + beta) is not gamma z + beta.",
    "beta_subtracted": "beta is subtracted; it is added: y = gamma z + beta.",
    "divides_by_gamma": "It divides by gamma: y = gamma z + beta.",
    "mean_not_subtracted": "The mean is not subtracted before the division.",
    "not_divided": "It is not divided by the deviation: only the mean is taken away.",
    "variance_not_centred": "The variance is the mean of x squared; it is the mean of (x - mean) squared.",
    "variance_summed": "The squares are summed and not divided by their number: that is no variance.",
    "mean_absolute_deviation": "It divides by the mean of |x - mean|; by the root of the mean of the squares it must be.",
    "eps_squared": EPS_SQUARED,
    "eps_subtracted": EPS_SUBTRACTED,
    "multiplies_by_the_deviation": "It multiplies by the deviation; it must divide by it.",
}


def axes_of(x: Array) -> tuple[int, ...]:
    """The axes over which a channel goes."""
    return tuple(range(x.ndim - 1))


def of_forward(x: Array, gamma: Array, beta: Array, eps: float) -> dict[str, Any]:
    """What mistakes in batchnorm_forward give."""
    axes, count = axes_of(x), x[..., 0].size
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    centred = x - mean
    z = centred / np.sqrt(var + eps)

    def over(axis: Any) -> Array:
        own, spread = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
        return gamma * (x - own) / np.sqrt(spread + eps) + beta

    def by(deviation: Array) -> Array:
        return gamma * centred / deviation + beta

    return {
        "unbiased_variance": by(np.sqrt(var * count / (count - 1) + eps)),
        "eps_outside_the_root": by(np.sqrt(var) + eps),
        "eps_missing": by(np.sqrt(var)),
        "eps_of_its_own": AnyOf([by(np.sqrt(var + own)) for own in OWN_EPS]),
        "divides_by_the_variance": by(var + eps),
        "over_the_first_axis": over(0),
        "over_the_last_axis": over(-1),
        "over_each_image": over((1, 2)) if x.ndim == 4 else None,
        "over_all_numbers": over(None),
        "gamma_and_beta_not_applied": z,
        "gamma_missing": z + beta,
        "beta_missing": gamma * z,
        "gamma_and_beta_exchanged": beta * z + gamma,
        "beta_before_gamma": gamma * (z + beta),
        "beta_subtracted": gamma * z - beta,
        "divides_by_gamma": z / gamma + beta,
        "mean_not_subtracted": gamma * x / np.sqrt(var + eps) + beta,
        "not_divided": gamma * centred + beta,
        "variance_not_centred": by(np.sqrt((x**2).mean(axis=axes) + eps)),
        "variance_summed": by(np.sqrt(var * count + eps)),
        "mean_absolute_deviation": by(np.abs(centred).mean(axis=axes) + eps),
        "eps_squared": by(np.sqrt(var + eps**2)),
        "eps_subtracted": by(np.sqrt(var - eps)),
        "multiplies_by_the_deviation": gamma * centred * np.sqrt(var + eps) + beta,
    }


RUNNING = {
    "momentum_turned_round": "Momentum weighs the batch's value here; it is the weight of the old value, as in Keras "
    "(in PyTorch it is "
    "the other way round).",
    "unbiased_variance": "The batch's variance is divided by n - 1; here it is divided by n.",
    "averages_the_deviation": "It averages the deviation; the variance is asked for.",
    "batch_alone": "This is the batch's value alone; the old one has the weight of momentum in it.",
    "not_moved": "This is the old value: nothing of the batch is in it.",
    "weights_do_not_add_up": "The weights do not add up to 1: the batch's value has the weight 1 - momentum, the old "
    "one momentum.",
    "plain_average": "This is the plain average of the old and the batch's value; momentum is the weight of the old one.",
    "over_the_first_axis": "The statistics go over the first axis alone, or are averages of such; in images a channel "
    "goes over all axes but "
    "the last.",
    "over_all_numbers": "One mean is taken of all numbers; each channel has its own: over all axes but the last.",
    "variance_about_the_running_mean": "The variance is taken about the running mean; it is taken about the batch's own.",
    "variance_not_centred": "The variance is the mean of x squared; it is the mean of (x - mean) squared.",
    "mean_and_variance_exchanged": "Mean and variance are exchanged: (mean, var) is the order.",
}


def _moved(old: Array, new: Array, momentum: float) -> dict[str, Any]:
    return {
        "momentum_turned_round": (1 - momentum) * old + momentum * new,
        "batch_alone": new,
        "not_moved": old,
        "weights_do_not_add_up": AnyOf(
            [
                momentum * old + new,
                old + (1 - momentum) * new,
                old + momentum * new,
                momentum * (old + new),
                momentum * old,
            ]
        ),
        "plain_average": (old + new) / 2,
    }


def of_running_mean(mean: Array, var: Array, x: Array, momentum: float) -> dict[str, Any]:
    """What mistakes in the running mean give."""
    axes = axes_of(x)
    return {
        **_moved(mean, x.mean(axis=axes), momentum),
        "over_all_numbers": momentum * mean + (1 - momentum) * x.mean(),
        "mean_and_variance_exchanged": momentum * var + (1 - momentum) * x.var(axis=axes),
    }


def of_running_variance(mean: Array, var: Array, x: Array, momentum: float) -> dict[str, Any]:
    """What mistakes in the running variance give."""
    axes, n = axes_of(x), x[..., 0].size
    batch_mean, batch = x.mean(axis=axes), x.var(axis=axes)
    new_mean = momentum * mean + (1 - momentum) * batch_mean

    def moved(new: Array) -> Array:
        return momentum * var + (1 - momentum) * new

    return {
        **_moved(var, batch, momentum),
        "unbiased_variance": moved(batch * n / (n - 1)),
        "averages_the_deviation": AnyOf(
            [moved(np.sqrt(batch)), momentum * np.sqrt(var) + (1 - momentum) * np.sqrt(batch)]
        ),
        "over_the_first_axis": moved(x.var(axis=0).mean(axis=tuple(range(x.ndim - 2))))
        if x.ndim > 2
        else None,
        "over_all_numbers": moved(x.var()),
        "variance_about_the_running_mean": AnyOf(
            [moved(((x - about) ** 2).mean(axis=axes)) for about in (mean, new_mean)]
        ),
        "variance_not_centred": moved((x**2).mean(axis=axes)),
    }


INFERENCE = {
    "batch_statistics": "That is normalised with the batch's own mean and variance. At inference those that are given count.",
    "batch_mean": "That takes the batch's own mean away. At inference the mean that is given counts.",
    "batch_variance": "That divides by the batch's own deviation. At inference the variance that is given counts.",
    "eps_missing": EPS_MISSING,
    "eps_outside_the_root": EPS_OUTSIDE,
    "eps_of_its_own": OWN,
    "divides_by_the_variance": BY_VARIANCE,
    "not_divided": "It is not divided by the deviation: only the mean is taken away.",
    "mean_not_subtracted": "The running mean is not subtracted before the division.",
    "mean_added": "The running mean is added; it is subtracted.",
    "gamma_and_beta_not_applied": "gamma and beta are not applied: y = gamma z + beta.",
    "gamma_missing": "gamma is not applied: y = gamma z + beta.",
    "beta_missing": "beta is not added: y = gamma z + beta.",
    "gamma_and_beta_exchanged": EXCHANGED,
    "beta_before_gamma": "beta is added before the multiplication by gamma: gamma (z + beta) is not gamma z + beta.",
    "mean_and_variance_exchanged": "Mean and variance are exchanged.",
    "eps_squared": EPS_SQUARED,
    "multiplies_by_the_deviation": "It multiplies by the deviation; it must divide by it.",
}


def of_inference(x: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float) -> dict[str, Any]:
    """What mistakes in batchnorm_inference give."""
    axes = axes_of(x)
    own_mean, own_var = x.mean(axis=axes), x.var(axis=axes)
    z = (x - mean) / np.sqrt(var + eps)

    def scaled(centred: Array, deviation: Any) -> Array:
        return gamma * centred / deviation + beta

    return {
        "batch_statistics": scaled(x - own_mean, np.sqrt(own_var + eps)),
        "batch_mean": scaled(x - own_mean, np.sqrt(var + eps)),
        "batch_variance": scaled(x - mean, np.sqrt(own_var + eps)),
        "eps_missing": scaled(x - mean, np.sqrt(var)),
        "eps_outside_the_root": scaled(x - mean, np.sqrt(var) + eps),
        "eps_of_its_own": AnyOf([scaled(x - mean, np.sqrt(var + own)) for own in OWN_EPS]),
        "divides_by_the_variance": AnyOf([scaled(x - mean, var + eps), scaled(x - mean, var)]),
        "not_divided": scaled(x - mean, 1.0),
        "mean_not_subtracted": scaled(x, np.sqrt(var + eps)),
        "mean_added": scaled(x + mean, np.sqrt(var + eps)),
        "gamma_and_beta_not_applied": z,
        "gamma_missing": z + beta,
        "beta_missing": gamma * z,
        "gamma_and_beta_exchanged": beta * z + gamma,
        "beta_before_gamma": gamma * (z + beta),
        "mean_and_variance_exchanged": scaled(x - var, np.sqrt(np.abs(mean) + eps)),
        "eps_squared": scaled(x - mean, np.sqrt(var + eps**2)),
        "multiplies_by_the_deviation": gamma * (x - mean) * np.sqrt(var + eps) + beta,
    }


FOLD = {
    "fold_scales_inputs": "The scale goes along the kernel's inputs; the outputs, the last axis, are the channels.",
    "kernel_not_scaled": "The kernel is not scaled.",
    "eps_missing": EPS_MISSING,
    "eps_outside_the_root": EPS_OUTSIDE,
    "eps_of_its_own": OWN,
    "divides_by_the_variance": BY_VARIANCE,
    "gamma_missing": "gamma is missing: the scale is gamma / sqrt(var + eps).",
    "not_divided": "The division by sqrt(var + eps) is missing: the scale is gamma / sqrt(var + eps).",
    "multiplies_by_the_deviation": "It multiplies by the deviation; it must divide by it.",
    "divides_by_gamma": "The scale is upside down: it is gamma / sqrt(var + eps).",
    "old_bias_not_scaled": "The old bias goes through the norm as well: it is scaled too.",
    "old_bias_missing": "The old bias is missing: it goes through the norm as well.",
    "mean_missing": "The running mean is missing.",
    "mean_not_scaled": "The running mean is scaled too.",
    "mean_added": "The running mean is added; the norm subtracts it.",
    "beta_missing": "beta is missing.",
    "beta_scaled": "beta is scaled; it is added after the scale.",
    "bias_untouched": "The bias is as it was given; the norm scales and shifts it.",
    "beta_alone": "That is beta alone: the old bias and the running mean go through the norm as well.",
}


def of_folded_kernel(w: Array, gamma: Array, var: Array, eps: float) -> dict[str, Any]:
    """What mistakes in the kernel of fold give."""
    root = np.sqrt(var + eps)
    return {
        "fold_scales_inputs": w * (gamma / root)[:, None],
        "kernel_not_scaled": w,
        "eps_missing": w * gamma / np.sqrt(var),
        "eps_outside_the_root": w * gamma / (np.sqrt(var) + eps),
        "eps_of_its_own": AnyOf([w * gamma / np.sqrt(var + own) for own in OWN_EPS]),
        "divides_by_the_variance": AnyOf([w * gamma / (var + eps), w * gamma / var]),
        "gamma_missing": w / root,
        "not_divided": w * gamma,
        "multiplies_by_the_deviation": w * gamma * root,
        "divides_by_gamma": AnyOf([w / gamma / root, w * root / gamma]),
    }


def of_folded_bias(
    b: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float
) -> dict[str, Any]:
    """What mistakes in the bias of fold give."""
    scale = gamma / np.sqrt(var + eps)
    return {
        "old_bias_not_scaled": b - mean * scale + beta,
        "old_bias_missing": beta - mean * scale,
        "mean_missing": b * scale + beta,
        "mean_not_scaled": b * scale - mean + beta,
        "mean_added": (b + mean) * scale + beta,
        "beta_missing": (b - mean) * scale,
        "beta_scaled": (b - mean + beta) * scale,
        "bias_untouched": b,
        "beta_alone": beta,
        "eps_missing": (b - mean) * gamma / np.sqrt(var) + beta,
        "divides_by_the_variance": (b - mean) * gamma / (var + eps) + beta,
        "gamma_missing": (b - mean) / np.sqrt(var + eps) + beta,
    }
