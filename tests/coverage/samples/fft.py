"""Fourier transforms."""

SAMPLES = {
    **{
        f"np.fft.{name}": [f"np.fft.{name}({a})" for a in ("z", "z, 6", "z, n=3", "Z, axis=0", "v", "z, norm='ortho'")]
        for name in ("fft", "ifft")
    },
    **{
        f"np.fft.{name}": [
            f"np.fft.{name}({a})" for a in ("Z", "t", "Z, (3, 3)", "Z, norm='forward'", "t, axes=(0, 2)")
        ]
        for name in ("fft2", "ifft2", "fftn", "ifftn")
    },
    **{
        f"np.fft.{name}": [f"np.fft.{name}({a})" for a in ("v", "v, 3", "v, n=7", "x, axis=0", "v, norm='ortho'")]
        for name in ("rfft", "ihfft")
    },
    **{
        f"np.fft.{name}": [f"np.fft.{name}({a})" for a in ("z", "z, 5", "Z, axis=0", "z, norm='ortho'")]
        for name in ("irfft", "hfft")
    },
    **{f"np.fft.{name}": [f"np.fft.{name}({a})" for a in ("x", "t", "t, axes=(0, 2)")] for name in ("rfft2", "rfftn")},
    **{f"np.fft.{name}": [f"np.fft.{name}({a})" for a in ("Z", "Z, (2, 3)")] for name in ("irfft2", "irfftn")},
    **{
        f"np.fft.{name}": [f"np.fft.{name}({a})" for a in ("v", "x, axes=1", "t")] for name in ("fftshift", "ifftshift")
    },
}

MISSING: list[str] = []
