// Generated from puppeteer-core's KnownDevices by `npm run generate`. Do not edit.

/** What the page sees of a device. */
export interface Device {
  widthPixels: number;
  heightPixels: number;
  deviceScalePercent: number;
  mobile: boolean;
  touch: boolean;
  landscape: boolean;
  userAgent: string;
}

/** By name: lower case, `_` for blanks, no brackets; `…_landscape` is the device turned on its side. */
export const devices: Readonly<Record<string, Device>> = {
  blackberry_playbook: {
    widthPixels: 600,
    heightPixels: 1024,
    deviceScalePercent: 100,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (PlayBook; U; RIM Tablet OS 2.1.0; en-US) AppleWebKit/536.2+ (KHTML like Gecko) Version/7.2.1.0 Safari/536.2+",
  },
  blackberry_playbook_landscape: {
    widthPixels: 1024,
    heightPixels: 600,
    deviceScalePercent: 100,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (PlayBook; U; RIM Tablet OS 2.1.0; en-US) AppleWebKit/536.2+ (KHTML like Gecko) Version/7.2.1.0 Safari/536.2+",
  },
  blackberry_z30: {
    widthPixels: 360,
    heightPixels: 640,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (BB10; Touch) AppleWebKit/537.10+ (KHTML, like Gecko) Version/10.0.9.2372 Mobile Safari/537.10+",
  },
  blackberry_z30_landscape: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (BB10; Touch) AppleWebKit/537.10+ (KHTML, like Gecko) Version/10.0.9.2372 Mobile Safari/537.10+",
  },
  galaxy_note_3: {
    widthPixels: 360,
    heightPixels: 640,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; U; Android 4.3; en-us; SM-N900T Build/JSS15J) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
  },
  galaxy_note_3_landscape: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; U; Android 4.3; en-us; SM-N900T Build/JSS15J) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
  },
  galaxy_note_ii: {
    widthPixels: 360,
    heightPixels: 640,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; U; Android 4.1; en-us; GT-N7100 Build/JRO03C) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
  },
  galaxy_note_ii_landscape: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; U; Android 4.1; en-us; GT-N7100 Build/JRO03C) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
  },
  galaxy_s_iii: {
    widthPixels: 360,
    heightPixels: 640,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; U; Android 4.0; en-us; GT-I9300 Build/IMM76D) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
  },
  galaxy_s_iii_landscape: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; U; Android 4.0; en-us; GT-I9300 Build/IMM76D) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
  },
  galaxy_s5: {
    widthPixels: 360,
    heightPixels: 640,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 5.0; SM-G900P Build/LRX21T) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  galaxy_s5_landscape: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 5.0; SM-G900P Build/LRX21T) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  galaxy_s8: {
    widthPixels: 360,
    heightPixels: 740,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 7.0; SM-G950U Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/62.0.3202.84 Mobile Safari/537.36",
  },
  galaxy_s8_landscape: {
    widthPixels: 740,
    heightPixels: 360,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 7.0; SM-G950U Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/62.0.3202.84 Mobile Safari/537.36",
  },
  "galaxy_s9+": {
    widthPixels: 320,
    heightPixels: 658,
    deviceScalePercent: 450,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0.0; SM-G965U Build/R16NW) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/63.0.3239.111 Mobile Safari/537.36",
  },
  "galaxy_s9+_landscape": {
    widthPixels: 658,
    heightPixels: 320,
    deviceScalePercent: 450,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0.0; SM-G965U Build/R16NW) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/63.0.3239.111 Mobile Safari/537.36",
  },
  galaxy_tab_s4: {
    widthPixels: 712,
    heightPixels: 1138,
    deviceScalePercent: 225,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.1.0; SM-T837A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.80 Safari/537.36",
  },
  galaxy_tab_s4_landscape: {
    widthPixels: 1138,
    heightPixels: 712,
    deviceScalePercent: 225,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.1.0; SM-T837A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.80 Safari/537.36",
  },
  ipad: {
    widthPixels: 768,
    heightPixels: 1024,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 11_0 like Mac OS X) AppleWebKit/604.1.34 (KHTML, like Gecko) Version/11.0 Mobile/15A5341f Safari/604.1",
  },
  ipad_landscape: {
    widthPixels: 1024,
    heightPixels: 768,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 11_0 like Mac OS X) AppleWebKit/604.1.34 (KHTML, like Gecko) Version/11.0 Mobile/15A5341f Safari/604.1",
  },
  ipad_gen_6: {
    widthPixels: 768,
    heightPixels: 1024,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  ipad_gen_6_landscape: {
    widthPixels: 1024,
    heightPixels: 768,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  ipad_gen_7: {
    widthPixels: 810,
    heightPixels: 1080,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  ipad_gen_7_landscape: {
    widthPixels: 1080,
    heightPixels: 810,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  ipad_mini: {
    widthPixels: 768,
    heightPixels: 1024,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 11_0 like Mac OS X) AppleWebKit/604.1.34 (KHTML, like Gecko) Version/11.0 Mobile/15A5341f Safari/604.1",
  },
  ipad_mini_landscape: {
    widthPixels: 1024,
    heightPixels: 768,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 11_0 like Mac OS X) AppleWebKit/604.1.34 (KHTML, like Gecko) Version/11.0 Mobile/15A5341f Safari/604.1",
  },
  ipad_pro: {
    widthPixels: 1024,
    heightPixels: 1366,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 11_0 like Mac OS X) AppleWebKit/604.1.34 (KHTML, like Gecko) Version/11.0 Mobile/15A5341f Safari/604.1",
  },
  ipad_pro_landscape: {
    widthPixels: 1366,
    heightPixels: 1024,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 11_0 like Mac OS X) AppleWebKit/604.1.34 (KHTML, like Gecko) Version/11.0 Mobile/15A5341f Safari/604.1",
  },
  ipad_pro_11: {
    widthPixels: 834,
    heightPixels: 1194,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  ipad_pro_11_landscape: {
    widthPixels: 1194,
    heightPixels: 834,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_4: {
    widthPixels: 320,
    heightPixels: 480,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like Gecko) Version/7.0 Mobile/11D257 Safari/9537.53",
  },
  iphone_4_landscape: {
    widthPixels: 480,
    heightPixels: 320,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like Gecko) Version/7.0 Mobile/11D257 Safari/9537.53",
  },
  iphone_5: {
    widthPixels: 320,
    heightPixels: 568,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/10.0 Mobile/14E304 Safari/602.1",
  },
  iphone_5_landscape: {
    widthPixels: 568,
    heightPixels: 320,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/10.0 Mobile/14E304 Safari/602.1",
  },
  iphone_6: {
    widthPixels: 375,
    heightPixels: 667,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_6_landscape: {
    widthPixels: 667,
    heightPixels: 375,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_6_plus: {
    widthPixels: 414,
    heightPixels: 736,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_6_plus_landscape: {
    widthPixels: 736,
    heightPixels: 414,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_7: {
    widthPixels: 375,
    heightPixels: 667,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_7_landscape: {
    widthPixels: 667,
    heightPixels: 375,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_7_plus: {
    widthPixels: 414,
    heightPixels: 736,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_7_plus_landscape: {
    widthPixels: 736,
    heightPixels: 414,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_8: {
    widthPixels: 375,
    heightPixels: 667,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_8_landscape: {
    widthPixels: 667,
    heightPixels: 375,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_8_plus: {
    widthPixels: 414,
    heightPixels: 736,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_8_plus_landscape: {
    widthPixels: 736,
    heightPixels: 414,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_se: {
    widthPixels: 320,
    heightPixels: 568,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/10.0 Mobile/14E304 Safari/602.1",
  },
  iphone_se_landscape: {
    widthPixels: 568,
    heightPixels: 320,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/10.0 Mobile/14E304 Safari/602.1",
  },
  iphone_se_3rd_gen: {
    widthPixels: 375,
    heightPixels: 667,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/26.5 Mobile/19E241 Safari/602.1",
  },
  iphone_se_3rd_gen_landscape: {
    widthPixels: 667,
    heightPixels: 375,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/26.5 Mobile/19E241 Safari/602.1",
  },
  iphone_x: {
    widthPixels: 375,
    heightPixels: 812,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_x_landscape: {
    widthPixels: 812,
    heightPixels: 375,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1",
  },
  iphone_xr: {
    widthPixels: 414,
    heightPixels: 896,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 12_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.0 Mobile/15E148 Safari/604.1",
  },
  iphone_xr_landscape: {
    widthPixels: 896,
    heightPixels: 414,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 12_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.0 Mobile/15E148 Safari/604.1",
  },
  iphone_11: {
    widthPixels: 414,
    heightPixels: 828,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Mobile/15E148 Safari/604.1",
  },
  iphone_11_landscape: {
    widthPixels: 828,
    heightPixels: 414,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Mobile/15E148 Safari/604.1",
  },
  iphone_11_pro: {
    widthPixels: 375,
    heightPixels: 812,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Mobile/15E148 Safari/604.1",
  },
  iphone_11_pro_landscape: {
    widthPixels: 812,
    heightPixels: 375,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Mobile/15E148 Safari/604.1",
  },
  iphone_11_pro_max: {
    widthPixels: 414,
    heightPixels: 896,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Mobile/15E148 Safari/604.1",
  },
  iphone_11_pro_max_landscape: {
    widthPixels: 896,
    heightPixels: 414,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Mobile/15E148 Safari/604.1",
  },
  iphone_12: {
    widthPixels: 390,
    heightPixels: 844,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_12_landscape: {
    widthPixels: 844,
    heightPixels: 390,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_12_pro: {
    widthPixels: 390,
    heightPixels: 844,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_12_pro_landscape: {
    widthPixels: 844,
    heightPixels: 390,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_12_pro_max: {
    widthPixels: 428,
    heightPixels: 926,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_12_pro_max_landscape: {
    widthPixels: 926,
    heightPixels: 428,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_12_mini: {
    widthPixels: 375,
    heightPixels: 812,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_12_mini_landscape: {
    widthPixels: 812,
    heightPixels: 375,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_13: {
    widthPixels: 390,
    heightPixels: 844,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_13_landscape: {
    widthPixels: 844,
    heightPixels: 390,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_13_pro: {
    widthPixels: 390,
    heightPixels: 844,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_13_pro_landscape: {
    widthPixels: 844,
    heightPixels: 390,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_13_pro_max: {
    widthPixels: 428,
    heightPixels: 926,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_13_pro_max_landscape: {
    widthPixels: 926,
    heightPixels: 428,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_13_mini: {
    widthPixels: 375,
    heightPixels: 812,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_13_mini_landscape: {
    widthPixels: 812,
    heightPixels: 375,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
  },
  iphone_14: {
    widthPixels: 390,
    heightPixels: 663,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  },
  iphone_14_landscape: {
    widthPixels: 750,
    heightPixels: 340,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  },
  iphone_14_plus: {
    widthPixels: 428,
    heightPixels: 745,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  },
  iphone_14_plus_landscape: {
    widthPixels: 832,
    heightPixels: 378,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  },
  iphone_14_pro: {
    widthPixels: 393,
    heightPixels: 659,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  },
  iphone_14_pro_landscape: {
    widthPixels: 734,
    heightPixels: 343,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  },
  iphone_14_pro_max: {
    widthPixels: 430,
    heightPixels: 739,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  },
  iphone_14_pro_max_landscape: {
    widthPixels: 814,
    heightPixels: 380,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
  },
  iphone_15: {
    widthPixels: 393,
    heightPixels: 659,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  },
  iphone_15_landscape: {
    widthPixels: 734,
    heightPixels: 343,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  },
  iphone_15_plus: {
    widthPixels: 430,
    heightPixels: 739,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  },
  iphone_15_plus_landscape: {
    widthPixels: 814,
    heightPixels: 380,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  },
  iphone_15_pro: {
    widthPixels: 393,
    heightPixels: 659,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  },
  iphone_15_pro_landscape: {
    widthPixels: 734,
    heightPixels: 343,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  },
  iphone_15_pro_max: {
    widthPixels: 430,
    heightPixels: 739,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  },
  iphone_15_pro_max_landscape: {
    widthPixels: 814,
    heightPixels: 380,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16: {
    widthPixels: 393,
    heightPixels: 659,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16_landscape: {
    widthPixels: 734,
    heightPixels: 343,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16_plus: {
    widthPixels: 430,
    heightPixels: 739,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16_plus_landscape: {
    widthPixels: 814,
    heightPixels: 380,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16_pro: {
    widthPixels: 402,
    heightPixels: 681,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16_pro_landscape: {
    widthPixels: 756,
    heightPixels: 352,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16_pro_max: {
    widthPixels: 440,
    heightPixels: 763,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16_pro_max_landscape: {
    widthPixels: 838,
    heightPixels: 390,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16e: {
    widthPixels: 390,
    heightPixels: 651,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_16e_landscape: {
    widthPixels: 726,
    heightPixels: 340,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_17: {
    widthPixels: 402,
    heightPixels: 681,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_17_landscape: {
    widthPixels: 756,
    heightPixels: 352,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_air: {
    widthPixels: 420,
    heightPixels: 719,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_air_landscape: {
    widthPixels: 794,
    heightPixels: 370,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_17_pro: {
    widthPixels: 402,
    heightPixels: 681,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_17_pro_landscape: {
    widthPixels: 756,
    heightPixels: 352,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_17_pro_max: {
    widthPixels: 440,
    heightPixels: 763,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_17_pro_max_landscape: {
    widthPixels: 838,
    heightPixels: 390,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_17e: {
    widthPixels: 390,
    heightPixels: 651,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  iphone_17e_landscape: {
    widthPixels: 726,
    heightPixels: 340,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.5 Mobile/15E148 Safari/604.1",
  },
  jiophone_2: {
    widthPixels: 240,
    heightPixels: 320,
    deviceScalePercent: 100,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Mobile; LYF/F300B/LYF-F300B-001-01-15-130718-i;Android; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
  },
  jiophone_2_landscape: {
    widthPixels: 320,
    heightPixels: 240,
    deviceScalePercent: 100,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Mobile; LYF/F300B/LYF-F300B-001-01-15-130718-i;Android; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
  },
  kindle_fire_hdx: {
    widthPixels: 800,
    heightPixels: 1280,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; U; en-us; KFAPWI Build/JDQ39) AppleWebKit/535.19 (KHTML, like Gecko) Silk/3.13 Safari/535.19 Silk-Accelerated=true",
  },
  kindle_fire_hdx_landscape: {
    widthPixels: 1280,
    heightPixels: 800,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; U; en-us; KFAPWI Build/JDQ39) AppleWebKit/535.19 (KHTML, like Gecko) Silk/3.13 Safari/535.19 Silk-Accelerated=true",
  },
  lg_optimus_l70: {
    widthPixels: 384,
    heightPixels: 640,
    deviceScalePercent: 125,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; U; Android 4.4.2; en-us; LGMS323 Build/KOT49I.MS32310c) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  lg_optimus_l70_landscape: {
    widthPixels: 640,
    heightPixels: 384,
    deviceScalePercent: 125,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; U; Android 4.4.2; en-us; LGMS323 Build/KOT49I.MS32310c) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  microsoft_lumia_550: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Windows Phone 10.0; Android 4.2.1; Microsoft; Lumia 550) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/46.0.2486.0 Mobile Safari/537.36 Edge/14.14263",
  },
  microsoft_lumia_950: {
    widthPixels: 360,
    heightPixels: 640,
    deviceScalePercent: 400,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Windows Phone 10.0; Android 4.2.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/46.0.2486.0 Mobile Safari/537.36 Edge/14.14263",
  },
  microsoft_lumia_950_landscape: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 400,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Windows Phone 10.0; Android 4.2.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/46.0.2486.0 Mobile Safari/537.36 Edge/14.14263",
  },
  nexus_10: {
    widthPixels: 800,
    heightPixels: 1280,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 10 Build/MOB31T) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Safari/537.36",
  },
  nexus_10_landscape: {
    widthPixels: 1280,
    heightPixels: 800,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 10 Build/MOB31T) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Safari/537.36",
  },
  nexus_4: {
    widthPixels: 384,
    heightPixels: 640,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 4.4.2; Nexus 4 Build/KOT49H) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_4_landscape: {
    widthPixels: 640,
    heightPixels: 384,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 4.4.2; Nexus 4 Build/KOT49H) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_5: {
    widthPixels: 360,
    heightPixels: 640,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 6.0; Nexus 5 Build/MRA58N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_5_landscape: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 6.0; Nexus 5 Build/MRA58N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_5x: {
    widthPixels: 412,
    heightPixels: 732,
    deviceScalePercent: 263,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0.0; Nexus 5X Build/OPR4.170623.006) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_5x_landscape: {
    widthPixels: 732,
    heightPixels: 412,
    deviceScalePercent: 263,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0.0; Nexus 5X Build/OPR4.170623.006) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_6: {
    widthPixels: 412,
    heightPixels: 732,
    deviceScalePercent: 350,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 7.1.1; Nexus 6 Build/N6F26U) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_6_landscape: {
    widthPixels: 732,
    heightPixels: 412,
    deviceScalePercent: 350,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 7.1.1; Nexus 6 Build/N6F26U) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_6p: {
    widthPixels: 412,
    heightPixels: 732,
    deviceScalePercent: 350,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0.0; Nexus 6P Build/OPP3.170518.006) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_6p_landscape: {
    widthPixels: 732,
    heightPixels: 412,
    deviceScalePercent: 350,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0.0; Nexus 6P Build/OPP3.170518.006) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  nexus_7: {
    widthPixels: 600,
    heightPixels: 960,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 7 Build/MOB30X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Safari/537.36",
  },
  nexus_7_landscape: {
    widthPixels: 960,
    heightPixels: 600,
    deviceScalePercent: 200,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 7 Build/MOB30X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Safari/537.36",
  },
  nokia_lumia_520: {
    widthPixels: 320,
    heightPixels: 533,
    deviceScalePercent: 150,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch; NOKIA; Lumia 520)",
  },
  nokia_lumia_520_landscape: {
    widthPixels: 533,
    heightPixels: 320,
    deviceScalePercent: 150,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch; NOKIA; Lumia 520)",
  },
  nokia_n9: {
    widthPixels: 480,
    heightPixels: 854,
    deviceScalePercent: 100,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (MeeGo; NokiaN9) AppleWebKit/534.13 (KHTML, like Gecko) NokiaBrowser/8.5.0 Mobile Safari/534.13",
  },
  nokia_n9_landscape: {
    widthPixels: 854,
    heightPixels: 480,
    deviceScalePercent: 100,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (MeeGo; NokiaN9) AppleWebKit/534.13 (KHTML, like Gecko) NokiaBrowser/8.5.0 Mobile Safari/534.13",
  },
  pixel_2: {
    widthPixels: 411,
    heightPixels: 731,
    deviceScalePercent: 263,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0; Pixel 2 Build/OPD3.170816.012) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  pixel_2_landscape: {
    widthPixels: 731,
    heightPixels: 411,
    deviceScalePercent: 263,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0; Pixel 2 Build/OPD3.170816.012) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  pixel_2_xl: {
    widthPixels: 411,
    heightPixels: 823,
    deviceScalePercent: 350,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0.0; Pixel 2 XL Build/OPD1.170816.004) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  pixel_2_xl_landscape: {
    widthPixels: 823,
    heightPixels: 411,
    deviceScalePercent: 350,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 8.0.0; Pixel 2 XL Build/OPD1.170816.004) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/75.0.3765.0 Mobile Safari/537.36",
  },
  pixel_3: {
    widthPixels: 393,
    heightPixels: 786,
    deviceScalePercent: 275,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 9; Pixel 3 Build/PQ1A.181105.017.A1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/66.0.3359.158 Mobile Safari/537.36",
  },
  pixel_3_landscape: {
    widthPixels: 786,
    heightPixels: 393,
    deviceScalePercent: 275,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 9; Pixel 3 Build/PQ1A.181105.017.A1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/66.0.3359.158 Mobile Safari/537.36",
  },
  pixel_4: {
    widthPixels: 353,
    heightPixels: 745,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 10; Pixel 4) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/81.0.4044.138 Mobile Safari/537.36",
  },
  pixel_4_landscape: {
    widthPixels: 745,
    heightPixels: 353,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 10; Pixel 4) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/81.0.4044.138 Mobile Safari/537.36",
  },
  pixel_4a_5g: {
    widthPixels: 353,
    heightPixels: 745,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 11; Pixel 4a (5G)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4812.0 Mobile Safari/537.36",
  },
  pixel_4a_5g_landscape: {
    widthPixels: 745,
    heightPixels: 353,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 11; Pixel 4a (5G)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4812.0 Mobile Safari/537.36",
  },
  pixel_5: {
    widthPixels: 393,
    heightPixels: 851,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 11; Pixel 5) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4812.0 Mobile Safari/537.36",
  },
  pixel_5_landscape: {
    widthPixels: 851,
    heightPixels: 393,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 11; Pixel 5) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4812.0 Mobile Safari/537.36",
  },
  moto_g4: {
    widthPixels: 360,
    heightPixels: 640,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: false,
    userAgent:
      "Mozilla/5.0 (Linux; Android 7.0; Moto G (4)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4812.0 Mobile Safari/537.36",
  },
  moto_g4_landscape: {
    widthPixels: 640,
    heightPixels: 360,
    deviceScalePercent: 300,
    mobile: true,
    touch: true,
    landscape: true,
    userAgent:
      "Mozilla/5.0 (Linux; Android 7.0; Moto G (4)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4812.0 Mobile Safari/537.36",
  },
};
