// A wall of pictures: columns and rows of them, filtered, mirrored, or later than one another.
// skip when: amount = 0
// uses: filters
// mipmaps: picture
// history: 2 s, 1/2 size
// parts: columns x rows, fx by fx_step
// compiled in: fx, delay, path
uniform float amount; // 0..1 = 1, smooth 0.2: how much of the wall is seen
uniform int columns;  // 1..8 = 3: tiles side by side
uniform int rows;     // 1..8 = 3: tiles one above the other
uniform int flip;     // none|columns|rows|both = none: which tiles are mirrored, every other one
uniform int fx;       // none|blur|pixelate|cartoon|sketch|emboss|sepia|map|edges|invert = none: filter
uniform int fx_step;  // 0..9 = 0: filters from tile to tile, 0 all the same, 1 another on each
uniform float coarse; // 0..1 = 0.4, smooth 0.15: size of blocks, width of blur and lines
uniform int palette;  // heat|ocean|rainbow|viridis|gold = heat: colours of the filter map
uniform float delay;  // 0..2 = 0, smooth 0.3, unit s: how much later the last tile is
uniform int path;     // rows|snake|columns|out|random = rows: the way a delay takes over the wall
uniform float gap;    // 0..0.3 = 0.02, smooth 0.15: border of a tile, part of its height
uniform float border_hue;        // 0..1 = 0, smooth 0.15: colour of the border
uniform float border_saturation; // 0..1 = 0, smooth 0.15: 0 is gray
uniform float border_light;      // 0..1 = 0, smooth 0.15: 0 is black

vec2 cell; // where in the history the picture of this tile lies

vec4 tap(vec2 at, float radius) {
    // Within a tile the picture is smaller: what is finer than its pixels is averaged away.
    float pixels = max(2.0 * radius * size.y, float(min(rows, columns)));
    if (delay == 0.0)
        return textureLod(picture, at, log2(pixels * float(textureSize(picture, 0).y) / size.y));
    return in_cell(cell, at);
}

// How far along the path a tile is, 0..1.
float along(ivec2 tile) {
    float last = max(float(columns * rows - 1), 1.0);
    vec2 middle = 0.5 * vec2(columns - 1, rows - 1);
    int number = tile.y * columns + tile.x;
    if (path == 1 && (tile.y & 1) == 1) number = tile.y * columns + columns - 1 - tile.x;
    if (path == 2) number = tile.x * rows + tile.y;
    if (path == 3) return length(vec2(tile) - middle) / max(length(middle), 0.5);
    if (path == 4) return fract(sin(float(number) * 12.9898 + 4.1414) * 43758.547);
    return float(number) / last;
}

void main() {
    // A tile is a window onto the whole picture, which keeps its proportions and fills it.
    vec2 count = vec2(columns, rows), tile = size / count;
    vec2 in_tile = uv * count - vec2(part) - 0.5;
    vec2 inner = max(1.0 - gap * tile.y / tile, 0.05);
    vec2 edge = (0.5 * inner - abs(in_tile)) * tile;
    float inside = gap > 0.0 ? clamp(min(edge.x, edge.y) + 0.5, 0.0, 1.0) : 1.0;
    vec2 shown = inner / count;
    vec2 at = in_tile / inner * shown / max(shown.x, shown.y);
    if ((flip & 1) == 1 && (part.x & 1) == 1) at.x = -at.x;
    if ((flip & 2) == 2 && (part.y & 1) == 1) at.y = -at.y;
    at += 0.5;

    cell = cell_of(int(round(delay * along(part) * 30.0)));
    vec4 seen = tap(at, 0.0);
    if (fx > 0) seen.rgb = filtered(fx - 1, at, coarse, palette);

    vec3 wheel = clamp(abs(mod(border_hue * 6.0 + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
    vec4 border = vec4(border_light * mix(vec3(1.0), wheel, border_saturation), 0.0);
    color = mix(textureLod(picture, uv, 0.0), mix(border, seen, inside), amount);
}
