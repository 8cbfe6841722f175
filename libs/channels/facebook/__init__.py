"""Facebook Messenger. Facts: https://developers.facebook.com/docs/messenger-platform"""
