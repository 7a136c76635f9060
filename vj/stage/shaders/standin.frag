#version 330
// The camera in the painting's colours: flat tones with soft steps; and the way there and back.
in vec2 uv;
out vec4 color;
uniform sampler2D painting;
uniform sampler2D now;
uniform sampler2D tones; // dark to bright; upper row people, lower row everything else
uniform float amount;    // 0..1: how much of it is seen
uniform vec2 pixel;      // one of the camera's

float light(vec2 at) { return dot(texture(now, at).rgb, vec3(0.299, 0.587, 0.114)); }

void main() {
    // A little out of focus, so that noise makes no spots.
    float soft = 0.25 * (light(uv + pixel * vec2(-1.2, -0.6)) + light(uv + pixel * vec2(0.6, -1.2))
                       + light(uv + pixel * vec2(1.2, 0.6)) + light(uv + pixel * vec2(-0.6, 1.2)));
    float fine = light(uv), at = soft * 7.0;
    float tone = (floor(at) + smoothstep(0.3, 0.7, fract(at))) / 7.0;
    tone = mix(tone, fine, 0.25);
    float matte = texture(now, uv).a, x = (tone * 15.0 + 0.5) / 16.0;
    vec3 rgb = mix(texture(tones, vec2(x, 0.75)).rgb, texture(tones, vec2(x, 0.25)).rgb, matte);
    // Outlines as the painting has them: where light changes at once.
    vec2 slope = vec2(light(uv + pixel * vec2(1.5, 0)) - light(uv - pixel * vec2(1.5, 0)),
                      light(uv + pixel * vec2(0, 1.5)) - light(uv - pixel * vec2(0, 1.5)));
    rgb *= 1.0 - 0.65 * smoothstep(0.08, 0.4, length(slope));
    color = mix(texture(painting, uv), vec4(rgb, matte), amount);
}
