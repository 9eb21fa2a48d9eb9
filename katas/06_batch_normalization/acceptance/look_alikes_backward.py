"""What the commonest mistakes in batchnorm_backward give, by id, and the sentence for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from checker.suite import AnyOf, beside

Array = np.ndarray[Any, Any]
shared = beside(__file__, "look_alikes")

BACKWARD = {
    "means_instead_of_sums": "Sums are asked for; these are means: they are divided by the number of entries.",
    "divided_by_the_rows": "The sum is divided by the number of rows; the sum itself is asked for.",
    "dgamma_and_dbeta_exchanged": "dgamma and dbeta are exchanged: (dx, dgamma, dbeta) is the order.",
    "times_gamma": "It is multiplied by gamma; only dx is.",
    "dgamma_of_raw_inputs": "It multiplies dy with x as it came in; gamma acts on the normalised x.",
    "dgamma_of_centred_inputs": "It multiplies dy with x less its mean, not yet divided by the deviation; gamma acts "
    "on the normalised x.",
    "eps_missing": shared.EPS_MISSING,
    "eps_outside_the_root": shared.EPS_OUTSIDE,
    "eps_of_its_own": shared.OWN,
    "unbiased_variance": shared.UNBIASED,
    "statistics_taken_for_constants": "That takes mean and variance for constants. Both hold x too: two paths are missing.",
    "variance_path_missing": "The path through the variance is missing.",
    "mean_path_missing": "The path through the mean is missing.",
    "rows_alone_for_images": "N is the number of images there; a channel has n h w entries.",
    "gamma_missing": "gamma is missing: dz = gamma dy.",
    "gamma_twice": "gamma is in it twice: dz = gamma dy, and that is all.",
    "sums_not_divided": "The sums over the channel are subtracted as they are; each is divided by the number of its entries.",
    "variance_path_twice": "The path through the variance counts twice: the derivative of the variance is 2 (x - mean) "
    "/ n, and that of "
    "1 / sqrt(var + eps) is -1/2 (var + eps)^(-3/2).",
    "variance_path_half": "The path through the variance counts half: the derivative of the variance is 2 (x - mean) / "
    "n, and that of "
    "1 / sqrt(var + eps) is -1/2 (var + eps)^(-3/2).",
    "variance_path_added": "The path through the variance has the wrong sign: 1 / sqrt(var + eps) falls when the "
    "variance grows.",
    "mean_path_added": "The path through the mean has the wrong sign.",
    "divides_by_the_variance": shared.BY_VARIANCE,
    "not_divided_by_the_deviation": "The division by sqrt(var + eps) is missing: z = (x - mean) / sqrt(var + eps).",
    "power_of_the_variance": "In the derivative of 1 / sqrt(var + eps) the power is wrong: it is -1/2 (var + eps)^(-3/2).",
    "over_the_first_axis": "The sums go over the first axis alone; in images they go over all axes but the last.",
    "over_the_last_axis": "The sums go over the last axis; they go over all axes but that.",
    "centred_not_normalised": "In the path through the variance stands x less its mean; it is the normalised x there "
    "(divided by the "
    "deviation), both times.",
}


def of_backward(dy: Array, x: Array, gamma: Array, eps: float) -> dict[str, dict[str, Any]]:
    """What mistakes in batchnorm_backward give, for dx, dgamma and dbeta."""
    axes, count = shared.axes_of(x), x[..., 0].size
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    centred = x - mean

    def dx_with(
        root: Array,
        dz: Array,
        n: float = count,
        mean_path: float = 1.0,
        variance_path: float = 1.0,
        over: Any = axes,
    ) -> Array:
        z = centred / root
        shift = dz.sum(axis=over, keepdims=True) / n
        stretch = z * (dz * z).sum(axis=over, keepdims=True) / n
        return (dz - mean_path * shift - variance_path * stretch) / root

    root, dz = np.sqrt(var + eps), gamma * dy
    normal = centred / root
    roots = {
        "eps_missing": np.sqrt(var),
        "eps_outside_the_root": np.sqrt(var) + eps,
        "unbiased_variance": np.sqrt(var * count / (count - 1) + eps),
        "divides_by_the_variance": var + eps,
    }
    dbeta, dgamma = dy.sum(axis=axes), (dy * normal).sum(axis=axes)
    shift, summed = dz.sum(axis=axes) / count, (dz * centred).sum(axis=axes)
    return {
        "dbeta": {
            "means_instead_of_sums": dbeta / count,
            "divided_by_the_rows": dbeta / len(x) if x.ndim > 2 else None,
            "dgamma_and_dbeta_exchanged": dgamma,
            "times_gamma": gamma * dbeta,
        },
        "dgamma": {
            "means_instead_of_sums": dgamma / count,
            "divided_by_the_rows": dgamma / len(x) if x.ndim > 2 else None,
            "dgamma_and_dbeta_exchanged": dbeta,
            "times_gamma": gamma * dgamma,
            "dgamma_of_raw_inputs": (dy * x).sum(axis=axes),
            "dgamma_of_centred_inputs": (dy * centred).sum(axis=axes),
            "eps_of_its_own": AnyOf(
                [(dy * centred).sum(axis=axes) / np.sqrt(var + own) for own in shared.OWN_EPS]
            ),
            **{name: (dy * centred).sum(axis=axes) / other for name, other in roots.items()},
        },
        "dx": {
            "statistics_taken_for_constants": dz / root,
            "variance_path_missing": dx_with(root, dz, variance_path=0),
            "mean_path_missing": dx_with(root, dz, mean_path=0),
            "rows_alone_for_images": dx_with(root, dz, n=len(x)) if x.ndim > 2 else None,
            "gamma_missing": dx_with(root, dy),
            "gamma_twice": dx_with(root, gamma * dz),
            "sums_not_divided": dx_with(root, dz, n=1),
            "variance_path_twice": dx_with(root, dz, variance_path=2),
            "variance_path_half": dx_with(root, dz, variance_path=0.5),
            "variance_path_added": dx_with(root, dz, variance_path=-1),
            "mean_path_added": dx_with(root, dz, mean_path=-1),
            "not_divided_by_the_deviation": root * dx_with(root, dz),
            "power_of_the_variance": AnyOf(
                [
                    dz / root - shift / root - centred * summed / count / other
                    for other in (root, root**2, root**4, root**1.5)
                ]
            ),
            "centred_not_normalised": AnyOf(
                [(dz - shift - centred * summed / count / other) / root for other in (1.0, root)]
            ),
            "over_the_first_axis": dx_with(root, dz, n=len(x), over=(0,)) if x.ndim > 2 else None,
            "over_the_last_axis": dx_with(root, dz, n=x.shape[-1], over=(-1,)),
            "eps_of_its_own": AnyOf([dx_with(np.sqrt(var + own), dz) for own in shared.OWN_EPS]),
            **{name: dx_with(other, dz) for name, other in roots.items()},
        },
    }
