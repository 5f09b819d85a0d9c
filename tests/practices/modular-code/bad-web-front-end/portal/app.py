from flask import Flask

from portal.views import about, index

app = Flask(__name__)
app.add_url_rule("/", view_func=index)
app.add_url_rule("/about", view_func=about)
