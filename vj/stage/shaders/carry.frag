#version 330
// The last painting where its things are now, and over it, while it is new, the one before it.
in vec2 uv;
out vec4 color;
uniform sampler2D painting; // made from `origin`
uniform sampler2D origin;   // the camera then; alpha: how the painting's light follows its light
uniform sampler2D field;    // where each place of now was then: right, down, how sure that is
uniform sampler2D now;      // the camera now
uniform sampler2D first;    // the field when this painting was shown first
uniform sampler2D former;   // what was shown before that
uniform float amount;       // 0..1: how far it is carried
uniform float fading;       // 0..1: how much of `former` is still seen

void main() {
    vec4 move = texture(field, uv);
    float sure = move.z * amount;
    vec2 then = uv + move.xy * sure;
    vec4 painted = texture(painting, then), made_from = texture(origin, then);
    vec3 change = texture(now, uv).rgb - made_from.rgb;
    float gain = (made_from.a * 255.0 - 128.0) / 127.0;
    color = vec4(clamp(painted.rgb + sure * gain * change, 0.0, 1.0), painted.a);
    if (fading > 0.0) {
        // Where the place was when `former` was drawn: the way back through this painting's field.
        vec2 guess = then - texture(first, then).xy * texture(first, then).z * amount;
        vec3 there = texture(first, guess).xyz;
        color = mix(color, texture(former, then - there.xy * there.z * amount), fading);
    }
}
