import type { Channel, Message } from "../src/lib/api/types.ts";

/** Who writes in the made-up shop. */
export const NAMES = [
  "林小晴",
  "陳柏翰",
  "Mia Chang",
  "張家豪",
  "黃詩涵",
  "Sophie 🌸",
  "李承恩",
  "吳宜蓁",
  "Tom H.",
  "許雅筑",
  "鄭凱文",
  "蔡佩君",
  "王子維",
  "Yuki",
  "劉思妤",
  "楊宗翰",
  "郭美惠",
  "曾冠廷",
  "賴淑惠",
  "周杰民",
  "徐若瑄",
  "Emma Lin",
  "洪郁婷",
  "邱志偉",
];

export const CHANNELS: Channel[] = ["line", "line", "line", "facebook", "instagram", "whatsapp", "web"];

export const QUESTIONS = [
  "請問這件外套還有 M 號嗎？",
  "訂單 #20618 什麼時候會出貨？",
  "可以改成超商取貨嗎？我這幾天都不在家，怕收不到宅配",
  "謝謝你們，收到了，很喜歡！",
  "Do you ship to Hong Kong? 大概幾天會到",
  "我的電話是 0912-345-678，到貨再通知我",
  "想問一下折扣碼為什麼不能用",
  "上次買的杯子有一個破掉了 😢",
  "有沒有其他顏色",
  "好的，麻煩你了",
];

export const ANSWERS = [
  "您好！有的，M 號還有 3 件庫存喔。",
  "幫您查詢了一下，包裹今天下午會交給物流，預計後天送達。",
  "沒問題，已經幫您改成 7-11 取貨，門市是「信義松仁」。",
  "非常抱歉造成您的困擾，我們會立刻補寄一個新的給您 🙏",
];

/** One message of every kind the thread has to draw; the newest last. */
export function showcase(): Partial<Message>[] {
  const attachment = { file_name: "", size_bytes: 0, duration_ms: 0, url: null };
  return [
    { direction: "inbound", type: "notice", text: "", details: { kind: "followed" } },
    { direction: "inbound", text: "你好，我想問這件外套 https://shop.example/coats/318 還有貨嗎？" },
    { direction: "outbound", text: ANSWERS[0], author_id: "t-agent", delivery_state: "read" },
    { direction: "inbound", type: "image", attachments: [{ ...attachment, id: "a1", kind: "image" }] },
    {
      direction: "inbound",
      type: "sticker",
      details: { sticker: { package_id: "11537", sticker_id: "52002734", keywords: ["開心"] } },
    },
    {
      direction: "inbound",
      type: "location",
      details: {
        location: { title: "台北 101", address: "台北市信義區信義路五段 7 號", latitude: 25.0339, longitude: 121.5645 },
      },
    },
    { direction: "inbound", text: "這則訊息", unsent: true },
    { direction: "inbound", text: "改成 L 號好了", edited: true },
    {
      direction: "outbound",
      text: "好的，幫您保留 L 號。\n今天 18:00 前付款即可享免運！",
      author_id: "t-agent2",
      delivery_state: "delivered",
    },
    {
      direction: "inbound",
      type: "audio",
      attachments: [{ ...attachment, id: "a2", kind: "audio", duration_ms: 14_000 }],
    },
    {
      direction: "inbound",
      type: "file",
      attachments: [{ ...attachment, id: "a3", kind: "file", file_name: "匯款證明_20261119.pdf", size_bytes: 284_160 }],
    },
    {
      direction: "inbound",
      type: "video",
      attachments: [{ ...attachment, id: "a4", kind: "video", duration_ms: 32_000, size_bytes: 4_800_000 }],
    },
    { direction: "outbound", text: "收到，我們確認後回覆您", author_id: "t-agent", delivery_state: "sent" },
    {
      direction: "outbound",
      text: "剛才的連結請見：https://shop.example/pay/8812",
      author_id: "t-agent",
      delivery_state: "failed",
      failure_code: "quota_exceeded",
      failure_detail: "You have reached your monthly limit.",
    },
    {
      direction: "outbound",
      text: "再傳一次給您",
      author_id: "t-agent",
      delivery_state: "unconfirmed",
      failure_code: "unconfirmed",
    },
    { direction: "inbound", type: "postback", text: "查詢訂單" },
    { direction: "inbound", type: "unsupported" },
    {
      direction: "inbound",
      text: "@Frontdesk 小舖 那我等你們通知 (moon face)",
      details: {
        entities: [
          { kind: "mention", offset: 0, length: 13, value: "all" },
          { kind: "emoji", offset: 22, length: 11, value: "5ac1bfd5040ab15980c9b435/001" },
        ],
      },
    },
  ];
}
