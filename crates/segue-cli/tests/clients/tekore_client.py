"""Calls every endpoint that Segue supports with tekore, unmodified: python tekore_client.py http://127.0.0.1:8080"""

import httpx
import tekore

import common
from common import UNKNOWN, base_url, called, is_id


class Redirected(tekore.SyncSender):
    """Redirects requests for Spotify to Segue."""

    def send(self, request):
        for theirs, ours in (("https://api.spotify.com", base_url()), ("https://accounts.spotify.com", base_url())):
            request.url = request.url.replace(theirs, ours)
        return super().send(request)


sender = Redirected(httpx.Client())
token = called(tekore.Credentials("any", "any", sender=sender).request_client_token())
client = tekore.Spotify(token, sender=sender)


def refused(kind, words: str, call) -> None:
    """Asserts that a call raises this exception of tekore with this message."""
    try:
        called(call())
    except kind as error:
        assert words in str(error), error
    else:
        raise AssertionError(f"{kind} {words} was wanted")


known = common.some_tracks()
ids = [track["track_id"] for track in known]
first = ids[0]

# Tracks
track = called(client.track(first))
assert isinstance(track, tekore.model.FullTrack)
assert (track.id, track.name, track.popularity) == (first, known[0]["track_name"], known[0]["popularity"])
assert [artist.name for artist in track.artists] == known[0]["artists"]
assert is_id(track.artists[0].id) and is_id(track.album.id)
assert [track.id for track in called(client.tracks(ids))] == ids
refused(tekore.NotFound, "no track", lambda: client.track(UNKNOWN))

# Audio features
one = called(client.track_audio_features(first))
assert isinstance(one, tekore.model.AudioFeatures)
assert called(client.tracks_audio_features([ids[1], first]))[1] == one
wanted = common.features(first)
assert all(getattr(one, name) == wanted[name] for name in wanted if name != "popularity")

# Recommendations
genres = called(client.recommendation_genre_seeds())
assert genres == sorted(genres) and len(genres) > 1
artist = track.artists[0].id
found = called(client.recommendations([artist], genres[:2], ids[:2], limit=30))
assert [seed.type for seed in found.seeds] == ["TRACK", "TRACK", "ARTIST", "GENRE", "GENRE"]
assert all(isinstance(track, tekore.model.FullTrack) for track in found.tracks)
listed = [track.id for track in found.tracks]
assert len(listed) == 30 == len(set(listed)) and not set(listed) & set(ids[:2])
for name, (least, most) in common.RANGES.items():
    values = sorted(common.features(id)[name] for id in listed)
    middle = values[len(values) // 2]
    wishes = {f"min_{name}": middle, f"target_{name}": most if name in ("mode", "key") else middle}
    kept = called(client.recommendations(track_ids=[first], limit=5, **wishes)).tracks
    assert kept and all(common.features(track.id)[name] >= middle for track in kept), name
    kept = called(client.recommendations(track_ids=[first], limit=5, **{f"max_{name}": middle})).tracks
    assert kept and all(common.features(track.id)[name] <= middle for track in kept), name
refused(tekore.BadRequest, "0 seeds", lambda: client.recommendations())
refused(tekore.BadRequest, "6 seeds", lambda: client.recommendations(track_ids=[first] * 6))
refused(tekore.BadRequest, "target_energy: ", lambda: client.recommendations(track_ids=[first], target_energy=1.5))

# Search, with paging
(page,) = called(client.search("e", limit=7))
assert page.total > 7 and len(page.items) == 7
following = called(client.next(page))
assert following.offset == 7 and {t.id for t in page.items}.isdisjoint(t.id for t in following.items)
tracks, artists, albums = called(client.search("e", types=("track", "artist", "album"), limit=1))
assert tracks.items and artists.total == albums.total == 0

print(f"tekore: {common.calls} calls")
