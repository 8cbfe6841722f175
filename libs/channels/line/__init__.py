"""LINE Messaging API. Facts: https://developers.line.biz/en/reference/messaging-api/"""
