"""Bars for progress=True."""


class Bars:
    """A bar for each stage, by tqdm."""

    def __init__(self):
        try:
            from tqdm.auto import tqdm
        except ImportError as error:
            raise ImportError("progress=True shows bars by tqdm: pip install segue[progress]") from error
        self._tqdm = tqdm
        self._bar = None
        self._stage = None

    def __call__(self, stage, done, total):
        if stage != self._stage:
            self.close()
            self._stage = stage
            is_bytes = stage in ("reading", "writing")
            self._bar = self._tqdm(desc=stage, total=total, unit="B" if is_bytes else "", unit_scale=True)
        self._bar.update(done - self._bar.n)

    def close(self):
        if self._bar is not None:
            self._bar.close()
