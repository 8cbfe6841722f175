"""Instagram messaging. Facts: https://developers.facebook.com/docs/instagram-platform"""
