/* Tiles in GCJ-02 or BD-09: asked for and laid where they belong on a WGS-84 map. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});

  /** Between the four corners of its cell; beyond the mesh the nearest edge holds. */
  function shiftOf({ bounds: [w, s, e, n], steps, lon, lat }, place) {
    const last = steps - 1;
    const x = Math.min(last, Math.max(0, ((place.lng - w) / (e - w)) * last));
    const y = Math.min(last, Math.max(0, ((place.lat - s) / (n - s)) * last));
    const i = Math.min(last - 1, Math.floor(x)), j = Math.min(last - 1, Math.floor(y));
    const fx = x - i, fy = y - j;
    const at = (values) => {
      const row = j * steps + i, above = row + steps;
      return (values[row] * (1 - fx) + values[row + 1] * fx) * (1 - fy) + (values[above] * (1 - fx) + values[above + 1] * fx) * fy;
    };
    return [at(lon), at(lat)];
  }

  /**
   * Where tiles have the place that the map shows at `place`.
   * @param {?Object} mesh what `cockpit.services.tile_shift` computed; null for WGS-84 tiles
   * @param {L.LatLng} place
   */
  function there(mesh, place) {
    if (!mesh || !place) return place;
    const [lng, lat] = shiftOf(mesh, place);
    return window.L.latLng(place.lat + lat, place.lng + lng);
  }
  cockpit.tilePlace = there;

  // both take the centre of the map; a tile layer that is told the shifted one asks for and lays the right tiles
  const { _setZoomTransform, _getTiledPixelBounds } = window.L.GridLayer.prototype;
  window.L.GridLayer.include({
    _setZoomTransform(level, centre, zoom) {
      _setZoomTransform.call(this, level, there(this.options.shift, centre), zoom);
    },
    _getTiledPixelBounds(centre) {
      return _getTiledPixelBounds.call(this, there(this.options.shift, centre));
    },
  });
})();
